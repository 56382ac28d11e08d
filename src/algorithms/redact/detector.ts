/** What a text must hold before a detector is worth running; bits of one number. */
export const NEEDS = {
  nothing: 0,
  digit: 1,
  /** Five digits or more with nothing but what joins the groups of one number between them. */
  digits: 2,
  at: 4,
  /** A dot between two characters that are no space. */
  dot: 8,
  /** Two colons or more. */
  colons: 16,
  /** `:` or `=`. */
  assignment: 32,
  /** Twenty characters or more, of those that keys are made of, in one piece. */
  longToken: 64,
  /** An upper-case letter, or any letter beyond ASCII. */
  capital: 128,
  /** Chinese, Japanese or Korean. */
  cjk: 256,
  dash: 512,
  /** Seven digits or more, wherever they stand. */
  sevenDigits: 1024,
} as const;

/** One kind of private value. */
export type Detector = {
  readonly kind: string;
  /** Bits of NEEDS; all of them. */
  readonly needs: number;
  /** Strings of which the text must hold one: looking for them costs a fraction of the pattern. */
  readonly hints?: readonly string[];
  /**
   * Global; bounded repeats, so that it takes linear time. Private is the whole match or, when there is a group
   * named `value`, that group, which must end the match.
   */
  readonly pattern: RegExp;
  /**
   * How many characters to take out from the start of the private part on, also beyond its end; 0: it is not private after all.
   * Without it: all of the part.
   */
  readonly accept?: (value: string, text: string, start: number) => number;
};

/** Accepts a value as a whole or not at all. */
export function when(isPrivate: (value: string) => boolean): (value: string) => number {
  return (value) => (isPrivate(value) ? value.length : 0);
}

/** For character classes: what stands between the groups of one number, as typed and as set in print. */
export const BLANK = ' \\u00a0\\u2007\\u2009\\u202f';
/** Last in its class. */
export const DASH = '\\u2010-\\u2015\\u2212-';

export const digitsOf = (value: string): string => value.replace(/\D/g, '');

const DIGIT = 1;
const TOKEN = 2;
/** Stands between the digits of one number. */
const JOINS_DIGITS = 4;

/** Class of every ASCII character. */
const CLASSES = tableOf((character) => {
  const token = /[\w+/=-]/.test(character) ? TOKEN : 0;
  if (/\d/.test(character)) return DIGIT | token;
  return token | (/[ .\-()/]/.test(character) ? JOINS_DIGITS : 0);
});

/** The need that the character meets by being there. */
const MEETS = tableOf((character) => {
  if (/\d/.test(character)) return NEEDS.digit;
  if (/[A-Z]/.test(character)) return NEEDS.capital;
  if (/[:=]/.test(character)) return NEEDS.assignment;
  if (character === '@') return NEEDS.at;
  return character === '-' ? NEEDS.dash : NEEDS.nothing;
});

function tableOf(value: (character: string) => number): Uint16Array {
  return Uint16Array.from({ length: 128 }, (_, code) => value(String.fromCharCode(code)));
}

const LONG_TOKEN = 20;
const LONG_NUMBER = 5;
const MANY_DIGITS = 7;
const SPACE = 32;
const DOT = 46;
const COLON = 58;
const CJK = 0x3040;

/** What `text` holds, as bits of NEEDS. One pass without allocation: it decides which patterns are run at all. */
export function survey(text: string): number {
  let holds = 0;
  let digits = 0;
  let allDigits = 0;
  let colons = 0;
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) {
      holds |= beyondAscii(code);
      run = 0;
      continue;
    }
    const kind = CLASSES[code] ?? 0;
    holds |= MEETS[code] ?? 0;
    run = kind & TOKEN ? run + 1 : 0;
    if (run === LONG_TOKEN) holds |= NEEDS.longToken;
    if (kind & DIGIT) {
      if (++digits === LONG_NUMBER) holds |= NEEDS.digits;
      allDigits++;
    } else if ((kind & JOINS_DIGITS) === 0) digits = 0;
    if (code === DOT && text.charCodeAt(i + 1) > SPACE) holds |= NEEDS.dot;
    if (code === COLON && ++colons === 2) holds |= NEEDS.colons;
  }
  return allDigits < MANY_DIGITS ? holds : holds | NEEDS.sevenDigits;
}

const beyondAscii = (code: number): number => (code < CJK ? NEEDS.capital : NEEDS.cjk | NEEDS.capital);
