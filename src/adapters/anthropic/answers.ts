/** Answers remembered by what was asked: one template sent from a thousand accounts is paid for once. */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Answer } from './reply.ts';

export interface Answers<T> {
  /** What was answered to the same parts before, or is being answered now; else what `ask` gives. Only what can be used is kept. */
  recall(parts: readonly string[], ask: () => Promise<Answer<T>>): Promise<Answer<T>>;
}

/**
 * Holds SHA-256 of what was asked and never the words; the answer longest unused goes first. O(length) a question.
 * @param size answers kept; 0: none, and every question is asked
 * @param onRecalled called for each question that cost nothing
 */
export function createAnswers<T>(size: number, onRecalled: () => void): Answers<T> {
  if (size === 0) return { recall: (_, ask) => ask() };
  const held = new LRUCache<string, Answer<T>>({ max: size });
  const underWay = new Map<string, Promise<Answer<T>>>();

  async function askAndKeep(key: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
    try {
      const answer = await ask();
      if (answer.kind === 'answer') held.set(key, answer);
      return answer;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    async recall(parts, ask) {
      const key = hash('sha256', JSON.stringify(parts), 'base64');
      const known = held.get(key) ?? underWay.get(key);
      if (known === undefined) {
        const asked = askAndKeep(key, ask);
        underWay.set(key, asked);
        return asked;
      }
      const answer = await known;
      // Who waited with others for nothing has recalled nothing.
      if (answer.kind === 'answer') onRecalled();
      return answer;
    },
  };
}
