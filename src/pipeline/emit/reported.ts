/** Which ends of watches were seen to already. */
export class Reported {
  readonly #ends = new Map<string, number>();

  has(watch: string, end: number): boolean {
    return this.#ends.get(watch) === end;
  }

  add(watch: string, end: number): void {
    this.#ends.set(watch, end);
  }
}
