/** Calls of one stage, and their tokens. */
export class Tally {
  calls = 0;
  input = 0;
  output = 0;

  add(input: number, output: number): void {
    this.calls++;
    this.input += input;
    this.output += output;
  }
}
