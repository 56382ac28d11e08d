import { isAadhaar, isChineseId, isCpf, isEan13, isHetu, isRut, isSpanishId } from './checksums.ts';
import { BLANK, DASH, type Detector, digitsOf, NEEDS, when } from './detector.ts';

/** Lists of years and of round numbers are written in groups of four as well. */
function isAadhaarInGroups(value: string): boolean {
  const groups = value.split(/\D+/);
  if (groups.every((group) => /00$/.test(group)) || groups.every((group) => /^20\d\d$/.test(group)))
    return false;
  return isAadhaar(digitsOf(value));
}

const STATES_OF_MEXICO =
  'AS|B[CS]|C[CHLMS]|D[FG]|G[RT]|HG|JC|M[CNS]|N[ELT]|OC|PL|Q[RT]|S[LPR]|T[CLS]|VZ|YN|ZS';

/** Numbers that a state gives a person, as they are printed; by their check digits where their form alone says too little. */
export const NATIONAL_IDS: readonly Detector[] = [
  // China.
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: /(?<!\w)[1-9]\d{16}[\dX](?!\w)/gi,
    accept: when((value) => isChineseId(value.toUpperCase())),
  },
  // Brazil: of people, and of firms.
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: /(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)/g,
    accept: when((value) => isCpf(digitsOf(value))),
  },
  { kind: 'id', needs: NEEDS.digits, pattern: /(?<![\w.])\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}(?!\w)/g },
  // Spain.
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: /(?<!\w)(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z](?!\w)/gi,
    accept: when((value) => isSpanishId(value.replaceAll('-', '').toUpperCase())),
  },
  // India: Aadhaar. Without groups it is taken out as a long number.
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?<![\\w.,$€£/-]|\\d[${BLANK}])[2-9]\\d{3}([${BLANK}]{1,2}|[${DASH}])\\d{4}\\1\\d{4}(?!\\w|[.,%]\\d|[${BLANK}${DASH}]\\d)`,
      'g',
    ),
    accept: when(isAadhaarInGroups),
  },
  // Switzerland.
  {
    kind: 'id',
    needs: NEEDS.digits,
    hints: ['756'],
    pattern: new RegExp(`(?<![\\w.])756([.${BLANK}${DASH}]?)\\d{4}\\1\\d{4}\\1\\d{2}(?!\\w|[.]\\d)`, 'g'),
    accept: when((value) => isEan13(digitsOf(value))),
  },
  // Chile.
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: new RegExp(`(?<![\\w.,-])\\d{1,2}(\\.?)\\d{3}\\1\\d{3}[${DASH}][\\dK](?![\\w-]|[.,]\\d)`, 'gi'),
    accept: when((value) => isRut(value.replace(/[^\dk]/gi, '').toUpperCase())),
  },
  // Finland. What joins date and number tells the century.
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?<![\\w-])(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d\\d[+A-FU-Y${DASH}]\\d{3}[\\dA-FHJ-NPR-Y](?![\\w-])`,
      'gi',
    ),
    accept: when((value) => isHetu((value.slice(0, 6) + value.slice(7)).toUpperCase())),
  },
  // Mexico. Its check digit is not asked for: the form says enough, and many that are typed are wrong in it.
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?<!\\w)[A-Z][AEIOUX][A-Z]{2}\\d\\d[01]\\d[0-3]\\d[HMX](?:${STATES_OF_MEXICO})[A-Z]{3}[A-Z\\d]\\d(?!\\w)`,
      'gi',
    ),
  },
  // Italy: the form says enough, too.
  {
    kind: 'id',
    needs: NEEDS.sevenDigits,
    pattern: /(?<!\w)[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z](?!\w)/gi,
  },
  // United Kingdom in one piece; in groups, and the Indian permanent account number, only in capitals: "is 10 20 30 a".
  {
    kind: 'id',
    needs: NEEDS.digits,
    pattern: /(?<!\w)[A-CEGHJ-PR-TW-Z]{2}\d{6}[A-D](?!\w)/gi,
  },
  {
    kind: 'id',
    needs: NEEDS.digit | NEEDS.capital,
    pattern:
      /(?<!\w)(?:[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]|[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z])(?!\w)/g,
  },
  // United States.
  {
    kind: 'ssn',
    needs: NEEDS.digits,
    pattern: new RegExp(
      `(?<![\\w${DASH}])(?!000|666)\\d{3}([${BLANK}${DASH}])(?!00)\\d{2}\\1(?!0000)\\d{4}(?![\\w${DASH}])`,
      'g',
    ),
  },
];
