/** Tells bad lines by file and number: the first ones each, then only how many; and files that could not be read to their end. */

export type Where = { readonly file: string; readonly number: number };
type Told = { readonly file: string; readonly line: number; readonly reason: string };

/** A file of another kind has nothing but bad lines. */
const LISTED = 1_000;

export class BadLines {
  count = 0;
  readonly first: Told[] = [];
  /** Files that broke off, with the last line that was read whole. */
  readonly ends: Told[] = [];

  get unlisted(): number {
    return this.count - this.first.length;
  }

  add({ file, number }: Where, reason: string): void {
    this.count++;
    if (this.count > LISTED) return;
    this.first.push({ file, line: number, reason });
    process.stderr.write(`${file}:${number}: ${reason}\n`);
    if (this.count === LISTED) process.stderr.write('further bad lines are only counted\n');
  }

  end({ file, number }: Where, reason: string): void {
    this.ends.push({ file, line: number, reason });
    process.stderr.write(`${file}: cannot be read further than line ${number}: ${reason}\n`);
  }

  /** For the last line of a command. */
  summary(): string {
    const unlisted = this.unlisted === 0 ? '' : ` (${this.unlisted} of them not listed)`;
    const ends = this.ends.length === 0 ? '' : `, ${this.ends.length} files not read to their end`;
    return `${this.count} bad lines${unlisted}${ends}`;
  }
}
