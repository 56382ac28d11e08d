/** Check sums that tell a real number of some kind from any other digits. All take digits without separators. O(length). */

/** Payment cards. ISO/IEC 7812-1 (Luhn). */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Remainder by 97 with letters as 10 to 35. ISO 7064. */
function mod97(text: string): number {
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}

/** International bank account numbers, upper case. ISO 13616. */
export function isIban(compact: string): boolean {
  if (compact.length < 15 || compact.length > 34) return false;
  return mod97(compact.slice(4) + compact.slice(0, 4)) === 1;
}

/** Sum of digits times weights. */
function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0);
}

/** Chinese resident identity number: six digits of a place, a date, and four of which the last may be X. GB 11643-1999 (ISO 7064 MOD 11-2). */
export function isChineseId(text: string): boolean {
  if (!/^[1-9]\d{5}(?:18|19|20)\d\d[01]\d[0-3]\d{4}[\dX]$/.test(text)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return '10X98765432'[weighted(text, weights) % 11] === text[17];
}

/** Brazilian CPF, 11 digits, the last two check the rest. */
export function isCpf(digits: string): boolean {
  const first = ((weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  const second = ((weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  return first === Number(digits[9]) && second === Number(digits[10]);
}

/** Spanish DNI or NIE in upper case: eight digits, or X, Y, Z and seven, with a letter by remainder 23. */
export function isSpanishId(text: string): boolean {
  const digits = text.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === text.at(-1);
}

const VERHOEFF_NEXT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const VERHOEFF_TURN = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Indian Aadhaar number, 12 digits. Verhoeff 1969. */
export function isAadhaar(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const turned = VERHOEFF_TURN[i % 8]?.[Number(digits[digits.length - 1 - i])];
    sum = Number(VERHOEFF_NEXT[sum]?.[Number(turned)]);
  }
  return sum === 0;
}

/** Swiss insurance number, 13 digits. EAN-13. */
export function isEan13(digits: string): boolean {
  return weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}

/** Chilean RUT: seven or eight digits and a digit or K, upper case. Modulus 11. */
export function isRut(text: string): boolean {
  const digits = text.slice(0, -1).padStart(8, '0');
  return '0K987654321'[weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11] === text.at(-1);
}

/** Finnish identity code: date and serial number, nine digits, and a letter or digit by remainder 31, upper case. */
export function isHetu(text: string): boolean {
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(text.slice(0, 9)) % 31] === text.at(-1);
}
