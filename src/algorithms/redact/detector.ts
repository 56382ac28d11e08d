/** What a text must hold before a detector is worth running; bits of one number. */
export const NEEDS = {
  nothing: 0,
  digit: 1,
  at: 2,
  /** `://`, or a dot between two letters. */
  dot: 4,
  /** Two colons. */
  colons: 8,
  /** Twenty characters or more of a kind that keys are made of, in one piece. */
  longToken: 16,
  /** A letter that starts a word in upper case. */
  capital: 32,
  /** Chinese, Japanese or Korean. */
  cjk: 64,
  /** Six digits or more in all. */
  digits: 128,
  /** `:`, `=` or `-----`, as in "key: value". */
  assignment: 256,
} as const;

/** One kind of private value. `pattern` is global and takes linear time. */
export type Detector = {
  readonly kind: string;
  readonly needs: number;
  readonly pattern: RegExp;
  /** How many leading characters of the match are private; 0: none. Without it: all. */
  readonly accept?: (match: string, text: string, index: number) => number;
};

const DIGIT = 1;
const TOKEN = 2;
const UPPER = 4;
const LETTER = 8;

/** Class of every ASCII character. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (
    (/\d/.test(character) ? DIGIT : 0) |
    (/[\w+/=-]/.test(character) ? TOKEN : 0) |
    (/[A-Z]/.test(character) ? UPPER : 0) |
    (/[A-Za-z]/.test(character) ? LETTER : 0)
  );
});

const AT = 64;
const DOT = 46;
const COLON = 58;
const EQUALS = 61;
const CJK_START = 0x3040;
const LATIN_END = 0x250;
const LONG_TOKEN = 20;

/** What `text` holds, as bits of NEEDS. One pass, no allocation: it decides which of the patterns are run at all. */
export function survey(text: string): number {
  let holds = 0;
  let digits = 0;
  let colons = 0;
  let run = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) {
      // Capitals beyond ASCII are not told from small letters: names may begin with any of them.
      if (code >= CJK_START) holds |= NEEDS.cjk;
      else if (code < LATIN_END || code < 0x590) holds |= NEEDS.capital;
      before = LETTER;
      run = 0;
      continue;
    }
    const kind = CLASSES[code] ?? 0;
    if (kind & TOKEN) {
      if (++run === LONG_TOKEN) holds |= NEEDS.longToken;
    } else run = 0;
    if (kind & DIGIT) digits++;
    else if (kind & UPPER) holds |= before & LETTER ? 0 : NEEDS.capital;
    else if (code === AT) holds |= NEEDS.at;
    else if (code === DOT) holds |= before & (LETTER | DIGIT) ? NEEDS.dot : 0;
    else if (code === COLON) {
      colons++;
      holds |= NEEDS.assignment;
    } else if (code === EQUALS) holds |= NEEDS.assignment;
    before = kind;
  }
  if (digits > 0) holds |= NEEDS.digit;
  if (digits > 5) holds |= NEEDS.digits;
  if (colons > 1) holds |= NEEDS.colons;
  return holds;
}
