import { pick } from './topic.ts';

const GREETINGS: Readonly<Record<string, readonly string[]>> = {
  en: ['Hi! ', 'Hello, ', 'hey, ', 'Hi there. ', 'Good morning! ', 'hi ', 'hey so '],
  es: ['Hola! ', 'Buenas, ', 'hola, '],
  fr: ['Bonjour, ', 'Salut ! ', 'bonjour '],
  de: ['Hallo, ', 'Hi, ', 'Guten Tag, '],
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
    ' pls keep it short',
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
const SLIPS: readonly (readonly [RegExp, string])[] = [
  [/\bplease\b/i, 'pls'],
  [/\bbecause\b/i, 'bc'],
  [/\bdon't\b/i, 'dont'],
  [/\bcan't\b/i, 'cant'],
  [/\bI'm\b/, 'im'],
  [/\bI've\b/, 'ive'],
  [/\bit's\b/i, 'its'],
  [/\bthe\b/, 'teh'],
  [/\byou\b/, 'u'],
  [/\byour\b/, 'ur'],
  [/\bwith\b/, 'wiht'],
  [/\bwithout\b/, 'wihtout'],
  [/\bjust\b/, 'jsut'],
  [/\bwould\b/, 'woudl'],
  [/\babout\b/, 'abotu'],
  [/\bwriting\b/, 'writting'],
  [/\bdefinitely\b/, 'definately'],
  [/\bthough\b/, 'tho'],
];
const ALREADY_GREETS =
  /^(hi|hello|hey|good|hola|buen|bonjour|salut|hallo|guten|oi|olá|bom|こんにち|你好|您好|مرحبا|السلام)/i;

/** One person's way of typing it: case, slips, a greeting, a word of thanks. Code and quotations stay as they are. */
export function voiced(text: string, language: string, random: () => number): string {
  // Always as many draws, so that a change of one habit does not reshuffle all others.
  const [lower, slip, greet, close, bare] = [random(), random(), random(), random(), random()];
  const pasted = text.includes('\n');
  let said = text;
  if (language === 'en' && !pasted) {
    if (slip < 0.3) said = slipped(said, random);
    if (lower < 0.27) said = said.toLowerCase();
    if (bare < 0.3) said = said.replace(/[.?]$/, '');
  }
  if (close < 0.13 && !pasted) said = thanked(said, pick(CLOSINGS[language] ?? [''], random));
  if (greet < 0.2 && !ALREADY_GREETS.test(said))
    said = greeted(said, pick(GREETINGS[language] ?? [''], random));
  return said;
}

function thanked(text: string, closing: string): string {
  if (/thank|thx|gracias|merci|danke|obrigad|谢|ありがと|شكر/i.test(text)) return text;
  return /[\p{L}\p{N}]$/u.test(text) ? `${text},${closing}` : text + closing;
}

/** After a comma a sentence goes on: its first letter falls, unless it is an "I" or a name in capitals. */
function greeted(text: string, greeting: string): string {
  const goesOn = !/[.!。！]\s*$/.test(greeting);
  const falls = goesOn && /^\p{Lu}[\p{Ll}]/u.test(text);
  return greeting + (falls ? text.charAt(0).toLowerCase() + text.slice(1) : text);
}

/** Up to two slips, of those that the text has room for. */
function slipped(text: string, random: () => number): string {
  const possible = SLIPS.filter(([from]) => from.test(text));
  if (possible.length === 0) return text;
  let said = text;
  for (let i = 0; i < 2; i++) {
    const [from, to] = pick(possible, random);
    said = said.replace(from, to);
  }
  return said;
}
