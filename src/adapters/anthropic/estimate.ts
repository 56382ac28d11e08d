/** What questions would cost, without asking them: from the requests that would go out. */
import { LRUCache } from 'lru-cache';
import { textTokens } from '../../algorithms/text-tokens.ts';
import { partsOf, type Question, questionKey } from './request.ts';

type Content = Pick<Question<unknown>, 'stage' | 'model' | 'system' | 'data' | 'schema'>;

/**
 * Input tokens of a first try, by its characters: instructions, data and the schema, which the service puts before them. The few of
 * the frame are left out. O(length).
 */
export function inputTokens(question: Content): number {
  const { system, data, format } = partsOf(question);
  return textTokens(system) + textTokens(data) + textTokens(JSON.stringify(format));
}

/** Whether the cache of answers would know each question, asked one after the other. 0 entries: never. */
export function createCacheForecast(entries: number): (question: Content) => boolean {
  if (entries === 0) return () => false;
  const kept = new LRUCache<string, true>({ max: entries });
  return function knows(question) {
    const key = questionKey(question);
    if (kept.get(key) !== undefined) return true;
    kept.set(key, true);
    return false;
  };
}
