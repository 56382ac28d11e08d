/** Which ends of watches were seen to already. */
export class Reported {
  readonly #ends = new Map<string, number>();

  has(watch: string, end: number): boolean {
    return this.#ends.get(watch) === end;
  }

  /** Of those that there are no more nothing need be known: a report that is there already is not written again. */
  keep(watches: ReadonlySet<string>): void {
    for (const watch of this.#ends.keys()) if (!watches.has(watch)) this.#ends.delete(watch);
  }

  add(watch: string, end: number): void {
    this.#ends.set(watch, end);
  }
}
