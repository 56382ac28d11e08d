import { RE2JS } from 're2js';

/** Whether a text holds what a pattern describes. */
export type Pattern = (text: string) => boolean;

/** Read of one text: what comes after it is not searched. */
const READ = 20_000;

/**
 * A pattern that somebody wrote at run time. RE2: time is linear in the text whatever the pattern (R. Cox, "Regular Expression
 * Matching Can Be Simple And Fast", 2007), so that none can stop the stream; look-around and back references are refused.
 * @throws Error that says what is wrong with the pattern
 */
export function compilePattern(pattern: string): Pattern {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matcher(text.length > READ ? text.slice(0, READ) : text).find();
}
