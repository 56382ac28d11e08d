import { FLAGS } from './concern/rules.ts';
import { SPACELESS, TERMS, TRAITS } from './concern/terms.ts';

type Concern = {
  /** 1 benign ... 5 immediate review. */
  readonly concern: 1 | 2 | 3 | 4 | 5;
  /** The rules that led there, by name. */
  readonly reason: string;
};

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu;
const SPACELESS_SCRIPT = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;

/**
 * Weighs words and phrases. The heaviest term counts, a second category adds one, asking how one, and wanting to go unseen
 * one; where only weak words were found, talk of games, code, fiction or prevention takes one off, and asking how adds nothing. 0 points: 1 (benign);
 * 1: 2; 2: 3; 3: 4; 4 or more: 5. Classifier flags set a least concern.
 *
 * Weak by nature: it sees words, not meaning. It misses harm that is politely put and suspects talk about harm. It
 * ranks clusters by the mean over many conversations; it decides nothing about a single one. O(length).
 */
export function weigh(text: string, flags: readonly string[]): Concern {
  const { heaviest, traits } = findTerms(text);
  let points = 0;
  let worst = 0;
  for (const weight of heaviest.values()) worst = Math.max(worst, weight);
  if (worst > 0) {
    // Only words of double meaning become harmless by what else is spoken of; the others stay what they are in a story.
    const harmless = traits.has('harmless-setting') && worst === 1;
    points = worst + Math.min(heaviest.size - 1, 1);
    if (traits.has('asks-how') && !harmless) points++;
    if (traits.has('unseen')) points++;
    if (harmless) points--;
  }
  const byTerms = Math.min(5, Math.max(1, points + 1));
  const byFlags = worstFlag(flags);
  const concern = Math.max(byTerms, byFlags.level);
  return {
    concern: levelOf(concern),
    reason: reasonFor([...heaviest.keys()], traits, byFlags, concern),
  };
}

type Found = {
  readonly heaviest: ReadonlyMap<string, number>;
  readonly traits: ReadonlySet<string>;
};

function findTerms(text: string): Found {
  const heaviest = new Map<string, number>();
  const traits = new Set<string>();
  const note = (category: string, weight: number): void => {
    if (TRAITS.has(category)) traits.add(category);
    else heaviest.set(category, Math.max(heaviest.get(category) ?? 0, weight));
  };
  const words = text.toLowerCase().match(WORD) ?? [];
  for (const [i, word] of words.entries()) {
    const candidates = TERMS.get(word);
    if (candidates === undefined) continue;
    const matching = candidates.filter(({ rest }) => rest.every((next, k) => words[i + 1 + k] === next));
    // "kill myself" speaks of self-harm, no longer of killing.
    const longest = Math.max(...matching.map(({ rest }) => rest.length));
    for (const { rest, category, weight } of matching) if (rest.length === longest) note(category, weight);
  }
  if (SPACELESS_SCRIPT.test(text)) {
    for (const { phrase, category, weight } of SPACELESS) if (text.includes(phrase)) note(category, weight);
  }
  return { heaviest, traits };
}

function worstFlag(flags: readonly string[]): {
  readonly level: number;
  readonly flag: string;
} {
  let worst = { level: 1, flag: '' };
  for (const flag of flags) {
    // A flag of a kind unknown here was still raised by somebody's classifier.
    const level = FLAGS.find(({ pattern }) => pattern.test(flag))?.level ?? 2;
    if (level > worst.level) worst = { level, flag };
  }
  return worst;
}

function levelOf(level: number): 1 | 2 | 3 | 4 | 5 {
  if (level >= 5) return 5;
  if (level >= 4) return 4;
  if (level >= 3) return 3;
  return level >= 2 ? 2 : 1;
}

function reasonFor(
  categories: readonly string[],
  traits: ReadonlySet<string>,
  { level, flag }: { level: number; flag: string },
  concern: number,
): string {
  if (concern === 1 && categories.length === 0) return 'nothing matched';
  const parts: string[] = [];
  if (categories.length > 0)
    parts.push(`terms: ${[...categories.toSorted(), ...[...traits].toSorted()].join(', ')}`);
  if (level > 1) parts.push(`flag: ${flag}`);
  return parts.join('; ');
}
