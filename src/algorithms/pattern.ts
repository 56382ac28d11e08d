import { RE2JS } from 're2js';

/** Whether a text holds what a pattern describes. */
export type Pattern = (text: string) => boolean;

/** Instructions of a compiled pattern: over 20,000 characters, some tens of milliseconds at worst. */
const MOST_INSTRUCTIONS = 500;

/**
 * A pattern that somebody wrote at run time. RE2: time is linear in text times pattern, and both are bounded (R. Cox, "Regular Expression
 * Matching Can Be Simple And Fast", 2007), so that none can stop the stream; look-around and back references are refused.
 * @throws Error that says what is wrong with the pattern
 */
export function compilePattern(pattern: string): Pattern {
  const compiled = RE2JS.compile(pattern);
  const size = compiled.programSize();
  if (size > MOST_INSTRUCTIONS)
    throw new RangeError(
      `too large: ${size} instructions, and ${MOST_INSTRUCTIONS} at most; use fewer or smaller repeats`,
    );
  return (text) => compiled.matcher(text).find();
}
