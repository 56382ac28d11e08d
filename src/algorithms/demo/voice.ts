import { pick } from './topic.ts';

const GREETINGS: Readonly<Record<string, readonly string[]>> = {
  en: ['Hi! ', 'Hello, ', 'hey, ', 'Hi there. ', 'Good morning! ', 'hi ', 'hey so '],
  es: ['Hola! ', 'Buenas, ', 'hola, '],
  fr: ['Bonjour, ', 'Salut ! ', 'bonjour '],
  de: ['Hallo! ', 'Hi. ', 'Guten Tag. '],
  pt: ['Oi, ', 'Olá! ', 'bom dia, '],
  ja: ['こんにちは。', 'お世話になります。'],
  zh: ['你好，', '您好！'],
  ar: ['مرحبا، ', 'السلام عليكم. '],
};
const CLOSINGS: Readonly<Record<string, readonly string[]>> = {
  en: [
    ' Thanks!',
    ' thank you',
    ' Any help appreciated.',
    ' short answer is fine',
    ' Thanks in advance.',
    ' thx',
  ],
  es: [' Gracias!', ' gracias de antemano'],
  fr: [' Merci !', ' merci d’avance'],
  de: [' Danke!', ' Danke im Voraus.'],
  pt: [' Obrigada!', ' valeu'],
  ja: ['よろしくお願いします。'],
  zh: ['谢谢！', '谢谢'],
  ar: [' شكرا', ' وشكرا جزيلا'],
};
/** What people type in a hurry, on purpose. */
const SHORTHAND: readonly (readonly [RegExp, string])[] = [
  [/\bplease\b/i, 'pls'],
  [/\bbecause\b/i, 'bc'],
  [/\bdon't\b/i, 'dont'],
  [/\bcan't\b/i, 'cant'],
  [/\bI'm\b/, 'im'],
  [/\bI've\b/, 'ive'],
  [/\bit's\b/i, 'its'],
  [/\byou\b/, 'u'],
  [/\byour\b/, 'ur'],
  [/\bwriting\b/, 'writting'],
  [/\bdefinitely\b/, 'definately'],
  [/\bthough\b/, 'tho'],
  [/\bwith\b/, 'w/'],
  [/\band\b/, '&'],
];
/** A word long enough to be mistyped and still be read; nothing in capitals, no names. */
const LONG_WORD = /(?<![\p{L}'’])[a-z]{5,}(?![\p{L}'’])/gu;
/** Of a word that is more than one letter, such as "What" and unlike "I". */
const FIRST_CAPITAL = /^[¿¡]?\p{Lu}(?=\p{Ll})/u;
const ALREADY_GREETS =
  /^(hi|hello|hey|good|hola|buen|bonjour|salut|hallo|guten|oi|olá|bom|こんにち|你好|您好|مرحبا|السلام)/i;

/** One person's way of typing it: case, slips, a greeting, a word of thanks. Code and quotations stay as they are. */
export function voiced(text: string, language: string, random: () => number): string {
  // Always as many draws, so that a change of one habit does not reshuffle all others.
  const [lower, slip, greet, close, bare] = [random(), random(), random(), random(), random()];
  const pasted = text.includes('\n');
  let said = text;
  if (language === 'en' && !pasted) {
    if (slip < 0.22) said = slipped(said, random);
    if (lower < 0.27) said = said.toLowerCase();
    if (bare < 0.3) said = said.replace(/[.?]$/, '');
  }
  if (close < 0.13 && !pasted) said = thanked(said, pick(CLOSINGS[language] ?? [''], random));
  if (greet < 0.2 && !ALREADY_GREETS.test(said))
    said = greeted(said, pick(GREETINGS[language] ?? [''], random));
  return said;
}

function thanked(text: string, closing: string): string {
  if (/thank|thx|pls|please|gracias|merci|danke|obrigad|谢|ありがと|شكر/i.test(text)) return text;
  const goesOn = /[\p{L}\p{N}]$/u.test(text);
  if (!goesOn) return text + closing;
  return closing.startsWith(' ') ? `${text},${closing.toLowerCase()}` : `${text}。${closing}`;
}

/** After a comma a sentence goes on: its first letter falls, unless it is an "I" or a name in capitals. */
function greeted(text: string, greeting: string): string {
  const goesOn = !/[.!。！]\s*$/.test(greeting);
  return greeting + (goesOn ? text.replace(FIRST_CAPITAL, (letter) => letter.toLowerCase()) : text);
}

/** One word in shorthand, or one key missed. */
function slipped(text: string, random: () => number): string {
  const possible = SHORTHAND.filter(([from]) => from.test(text));
  if (possible.length > 0 && random() < 0.5) {
    const [from, to] = pick(possible, random);
    return text.replace(from, to);
  }
  const words = [...text.matchAll(LONG_WORD)];
  if (words.length === 0) return text;
  const { 0: word, index } = pick(words, random);
  return text.slice(0, index) + mistyped(word, random) + text.slice(index + word.length);
}

/** Two letters swapped, one left out, or one doubled; the first letter stays. */
function mistyped(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const [here, next] = [word.charAt(at), word.charAt(at + 1)];
  const [before, after] = [word.slice(0, at), word.slice(at + 2)];
  const kind = random();
  if (kind < 0.5) return before + next + here + after;
  return kind < 0.8 ? before + next + after : before + here + here + next + after;
}
