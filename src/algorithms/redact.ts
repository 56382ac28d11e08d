import { type Detector, survey } from './redact/detector.ts';
import { KNOWN_NAMES } from './redact/known-names.ts';
import { NATIONAL_IDS } from './redact/national-ids.ts';
import { NETWORK } from './redact/network.ts';
import { ACCOUNTS, NUMBERS } from './redact/numbers.ts';
import { PEOPLE } from './redact/people.ts';
import { PLACES } from './redact/places.ts';
import { SECRETS } from './redact/secrets.ts';

/** The surest first: what one has taken out, the next no longer sees. */
const DETECTORS: readonly Detector[] = [
  ...SECRETS.slice(0, 2),
  ...NETWORK,
  ...SECRETS.slice(2),
  ...ACCOUNTS,
  ...NATIONAL_IDS,
  ...NUMBERS,
  ...PLACES,
  ...PEOPLE,
  KNOWN_NAMES,
];

/** Taking a value out can bring two others together; in practice the second pass finds nothing. */
const MAX_PASSES = 6;

type Redacted = {
  readonly text: string;
  /** How many values of each kind were taken out. */
  readonly found: Readonly<Record<string, number>>;
};

/**
 * Replaces private values by their kind in brackets, such as `[email]`. Doing it twice changes nothing more. It knows
 * values by their form, by the words before them and, names of people, by a list of first names: others are not seen.
 * O(length), about 5 µs for 300 characters with nothing private.
 */
export function redact(text: string): Redacted {
  const found: Record<string, number> = {};
  const plain = plainForm(text);
  let current = plain;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = current;
    current = redactOnce(current, found);
    if (current === before) break;
  }
  return { text: current === plain ? text : current, found };
}

/** The first kind of private value in `text`, or null. As thorough as `redact`, and as fast. */
export function check(text: string): string | null {
  const plain = plainForm(text);
  const holds = survey(plain);
  for (const detector of DETECTORS) {
    if (!applies(detector, plain, holds)) continue;
    for (const _ of matches(detector, plain)) return detector.kind;
  }
  return null;
}

function redactOnce(text: string, found: Record<string, number>): string {
  const holds = survey(text);
  let current = text;
  for (const detector of DETECTORS) {
    if (!applies(detector, current, holds)) continue;
    let out = '';
    let from = 0;
    for (const { start, end } of matches(detector, current)) {
      out += `${current.slice(from, start)}[${detector.kind}]`;
      from = end;
      found[detector.kind] = (found[detector.kind] ?? 0) + 1;
    }
    if (from > 0) current = out + current.slice(from);
  }
  return current;
}

function applies({ needs, hints }: Detector, text: string, holds: number): boolean {
  if ((holds & needs) !== needs) return false;
  return hints === undefined || hints.some((hint) => text.includes(hint));
}

function* matches({ pattern, accept }: Detector, text: string): Generator<{ start: number; end: number }> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const value = match.groups?.value ?? match[0];
    const start = match.index + match[0].length - value.length;
    const length = accept === undefined ? value.length : accept(value, text, start);
    // What was refused may begin a step later: a year before a card number.
    pattern.lastIndex = length === 0 ? match.index + 1 : start + length;
    if (length > 0) yield { start, end: start + length };
  }
}

/** Digits of other scripts and full-width signs as ASCII, and nothing invisible between characters. */
function plainForm(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text
    .replace(/[\u200b\u2060\ufeff\u00ad]/g, '')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u0660-\u0e59]/g, asciiDigit);
}

const UNUSUAL =
  /[\u200b\u2060\ufeff\u00ad\uff01-\uff5e\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]/;
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];

function asciiDigit(character: string): string {
  const code = character.charCodeAt(0);
  const zero = ZEROS.find((start) => code >= start && code < start + 10);
  return zero === undefined ? character : String(code - zero);
}
