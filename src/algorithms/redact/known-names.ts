import { type Detector, NEEDS } from './detector.ts';
import { isFirstName, isSurname } from './name-lists.ts';
import { LETTERS, PARTICLES, UPPER, WORD } from './people.ts';

/** "I" needs its dot: "Sarah I think". */
const INITIAL = `(?:[${UPPER}]\\.|(?!I)[${UPPER}]) `;
const SURNAMES = new RegExp(`(?: (?:${INITIAL}){0,2}${PARTICLES}${WORD}){1,2}`, 'y');
const IS_WORD = new RegExp(`^${WORD}$`);
/** Whose something is, or a dash without blanks around it. */
const ENDING = /(?:['’]s?|-)$/;

/** Before a name: it is a storm, a saint or a place. */
const NO_PERSON =
  /\b(?:[Hh]urricane|[Ss]torm|[Cc]yclone|[Tt]yphoon|Saint|San|Santa|Port|Lake|Mount|Fort|New) $/;
const LONGEST = 'hurricane '.length + 1;

/** People whom no word before them gives away: a known first name, and after it one or two words with a capital. */
export const KNOWN_NAMES: Detector = {
  kind: 'name',
  needs: NEEDS.capital,
  // The surname is looked for behind known first names only: in titles, where every word is one to try, that halves the cost.
  pattern: new RegExp(`(?<![${LETTERS}\\w.@#/&])${WORD}(?= [${UPPER}a-z])`, 'g'),
  accept: nameLength,
};

/** How long the name is that begins with `first`; 0 when it is something else that is written with capitals. */
function nameLength(first: string, text: string, start: number): number {
  if (!isFirstName(first) || NO_PERSON.test(text.slice(Math.max(0, start - LONGEST), start))) return 0;
  SURNAMES.lastIndex = start + first.length;
  const surnames = SURNAMES.exec(text)?.[0].slice(1).split(' ') ?? [];
  let [at, end] = [first.length, 0];
  for (const word of surnames) {
    at += 1 + word.length;
    if (!IS_WORD.test(word)) continue;
    const ending = ENDING.exec(word)?.[0].length ?? 0;
    const surname = word.slice(0, word.length - ending);
    if (/^[A-Z]+$/.test(surname)) break;
    // "Johns Hopkins University", "Will The": capitals that go on with a word of the language are a thing's.
    if (!isSurname(surname)) return 0;
    end = at - ending;
    if (ending > 0) break;
  }
  return end > 0 && isHeadline(text, start, start + end) ? 0 : end;
}

/** How far a sentence is looked at, to each side. */
const SPAN = 160;
const FEWEST_WORDS = 3;
const SENTENCE_ENDS = /[.!?\n]/;

/** Whether most words around are written with a capital, so that a capital says nothing. */
function isHeadline(text: string, start: number, end: number): boolean {
  const before =
    text
      .slice(Math.max(0, start - SPAN), start)
      .split(SENTENCE_ENDS)
      .at(-1) ?? '';
  const after = text.slice(end, end + SPAN).split(SENTENCE_ENDS, 1)[0] ?? '';
  const words = `${before} ${after}`.replace(/\[[a-z]+\]/g, ' ').match(/\p{L}[\p{L}'’-]*/gu) ?? [];
  const capitals = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  return words.length >= FEWEST_WORDS && capitals * 2 > words.length;
}
