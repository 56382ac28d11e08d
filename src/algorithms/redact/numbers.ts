import { isChineseId, isIban, isLuhn } from './checksums.ts';
import { BLANK, DASH, type Detector, digitsOf, NEEDS, when } from './detector.ts';

/** Between the groups of a card's number, as it is typed and as it is set in print. */
const MARK = `[${BLANK}]?[./${DASH}][${BLANK}]?`;

/** Years in a row, and card-like only by chance: no network numbers cards so. */
function isCard(value: string): boolean {
  const digits = digitsOf(value);
  if (/^(?:(?:19|20)\d\d\D{0,3})+$/.test(value) || /^(\d)\1+$/.test(digits)) return false;
  if (isChineseId(digits)) return false;
  return isLuhn(digits) && (/^[2-6]/.test(digits) || digits.length >= 15);
}

/** Characters of the IBAN that `value` starts with: what follows in groups of four may already be the next words. */
function ibanLength(value: string): number {
  for (let end = value.length; end >= 15; end--) {
    if (end < value.length && /[a-z0-9]/i.test(value.charAt(end))) continue;
    const compact = value.slice(0, end).replace(/[^a-z0-9]/gi, '');
    if (isIban(compact.toUpperCase())) return end;
  }
  return 0;
}

/** Dates and spans of years have the digits of a phone number. */
function isDate(value: string): boolean {
  return (
    /^(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}$/.test(value) ||
    /^\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{2}|(?:19|20)\d\d)$/.test(value) ||
    /^(?:1[0-9]|20)\d\d[-–](?:1[0-9]|20)\d\d$/.test(value)
  );
}

function isPhone(value: string): boolean {
  const digits = digitsOf(value).length;
  return digits >= 7 && digits <= 15 && !isDate(value);
}

/** Groups between spaces: a phone number, unless they are years, amounts, or a list of numbers of one length. */
function isSpacedPhone(value: string): boolean {
  const groups = value.split(' ');
  const lengths = new Set(groups.map((group) => group.length));
  if (!isPhone(value) || /00$/.test(value) || groups.every((group) => /^(?:1[5-9]|20)\d\d$/.test(group)))
    return false;
  if (lengths.size > 1) return true;
  return lengths.has(3)
    ? groups.length === 3 && value !== '123 456 789'
    : lengths.has(4) && groups.length === 2;
}

/** Whole millions, and digits in order, are counted and taught, not dialled. */
function isOpaqueNumber(value: string): boolean {
  return !/0{5}$/.test(value) && !'01234567890123456789'.includes(value) && !/^(\d)\1+$/.test(value);
}

const PHONE_CUE =
  'phone|telephone|tel|mobile|cell|call|dial|text|sms|whatsapp|fax|reach|tel[eé]fono|m[oó]vil|t[eé]l[eé]phone|handy|telefon\\w{0,4}|celular|телефон\\w{0,3}';
const ID_CUE =
  'number|no\\.|nr\\.?|#|\\bids?|pin|account|acct\\.?|passport|licen[cs]e|zip|(?:postal |post|zip|pass|booking |confirmation |security )code|iban|ssn';

/** Numbers of things that many people meet, and words that only end like a cue. */
const NO_ID = /\b(?:error|status|exit|line|port|issue|version)\b|[a-z](?:ids?|pin)\W{0,3}$/i;

/** Before ids of people: groups of an account number may look like one. */
export const ACCOUNTS: readonly Detector[] = [
  {
    kind: 'iban',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?<!\\w)[A-Z]{2}\\d{2}(?:[A-Z0-9]{11,30}|(?:[${BLANK}${DASH}]{1,2}[A-Z0-9]{4}){2,7}(?:[${BLANK}${DASH}]{1,2}[A-Z0-9]{1,3})?)(?!\\w)`,
      'gi',
    ),
    accept: ibanLength,
  },
  {
    kind: 'card',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?<![\\w.])(?:\\d{4}(?:[${BLANK}]{1,2}\\d{4}){2}[${BLANK}]{1,2}\\d{1,4}(?:[${BLANK}]{1,2}\\d{1,3})?|` +
        `\\d{4}(${MARK})\\d{4}\\1\\d{4}\\1\\d{1,4}(?:\\1\\d{1,3})?|` +
        `\\d{4}(?:[${BLANK}]{1,2}|${MARK})?\\d{6}(?:[${BLANK}]{1,2}|${MARK})?\\d{4,5}|\\d{12,19})(?!\\w|[.]\\d)`,
      'g',
    ),
    accept: when(isCard),
  },
];

export const NUMBERS: readonly Detector[] = [
  {
    kind: 'location',
    needs: NEEDS.digits | NEEDS.dot,
    pattern: /(?<![\w.])-?\d{1,3}\.\d{4,15}[,;]? {0,2}-?\d{1,3}\.\d{4,15}(?![\w.])/g,
  },
  {
    kind: 'phone',
    needs: NEEDS.digits,
    pattern: /(?<![\w+])\+ ?\(?\d(?:[ .()/\u00a0\u2010-\u2015-]{0,3}\d){6,14}(?!\d)/g,
    accept: when(isPhone),
  },
  {
    kind: 'phone',
    needs: NEEDS.digits,
    pattern:
      /(?<![\w.,+-])(?:1[ .-])?\(?\d{3}\)?[ .\u2010-\u2013-]{0,2}\d{3}[ .\u2010-\u2013-]\d{4}(?:,? ?(?:x|ext\.?) ?\d{1,5})?(?!\w|-\d|[.,]\d)/gi,
  },
  {
    kind: 'phone',
    needs: NEEDS.digits,
    pattern: /(?<![\w.,])(?:\(\d{2,5}\)|0\d{1,5}[/-]?)(?:[ -]?\d{2,8}){1,5}(?!\w|-\d|[.,]\d)/g,
    accept: when((value) => /\D/.test(value) && isPhone(value)),
  },
  {
    kind: 'phone',
    needs: NEEDS.digits,
    pattern: /(?<![\w.,/-])(?:\d{2,4}(?:-\d{2,4}){1,4}|\d{2}(?:\.\d{2}){3,4})(?![\w/-]|[.,]\d)/g,
    accept: when(isPhone),
  },
  {
    kind: 'phone',
    needs: NEEDS.digits,
    pattern: /(?<![\w.,$€£/-]|\d )\d{2,4}(?: \d{2,4}){1,3}(?: ?\d{4})?(?!\w|[.,%]\d| \d|-\d)/g,
    accept: when(isSpacedPhone),
  },
  {
    kind: 'phone',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?<![a-zà-ž])(?:${PHONE_CUE})(?![a-zà-ž])[^\\d]{0,20}?(?<![a-z])(?<value>\\+?\\d(?:[ .()/-]{0,2}\\d){5,14})(?!\\d)`,
      'gi',
    ),
    accept: when((value) => digitsOf(value).length >= 6 && !isDate(value)),
  },
  {
    kind: 'phone',
    needs: NEEDS.digits,
    hints: ['umber', 'ontact', 'UMBER', 'ONTACT'],
    // As in India; two numbers of five digits side by side are common, so a word must say what they are.
    pattern:
      /(?<![a-z])(?:number|contact)(?![a-z])[^\d\n]{0,20}?(?<value>(?:0|91[ -]?)?[6-9]\d{4}[ -]\d{5})(?![\w%]|[ .,-]\d)/gi,
  },
  {
    kind: 'number',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?:${ID_CUE})(?: is| was|:|=)?[ #:]{0,3}(?<value>[A-Z]{0,3}\\d[\\dA-Z-]{4,19})(?!\\w)`,
      'gi',
    ),
    accept: (value, text, start) =>
      digitsOf(value).length < 5 || isDate(value) || NO_ID.test(text.slice(Math.max(0, start - 32), start))
        ? 0
        : value.length,
  },
  {
    kind: 'date',
    needs: NEEDS.digit,
    hints: ['born', 'Born', 'irth', 'DOB', 'dob'],
    pattern:
      /\b(?:born(?: on)?|birthday|birth ?date|date of birth|dob)\b[^\d\n]{0,16}(?<value>\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4})/gi,
  },
  {
    kind: 'number',
    needs: NEEDS.digits,
    pattern: /(?<![\w.,$€£¥₹-])(?:[A-Z]{1,3}\d{7,13}|\d{9,64})(?![\w%]|[.,]\d)/g,
    accept: when(isOpaqueNumber),
  },
];
