/** Which ends of watches were seen to already. */
export class Reported {
  readonly #ends = new Map<string, number>();

  /** false: it was there. */
  add(watch: string, end: number): boolean {
    if (this.#ends.get(watch) === end) return false;
    this.#ends.set(watch, end);
    return true;
  }
}
