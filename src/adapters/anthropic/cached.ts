import { LRUCache } from 'lru-cache';
import { reasonOf } from '../../domain/errors.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { AnswerFile } from './answer-file.ts';
import type { AnthropicGateway } from './gateway.ts';
import type { Answer } from './reply.ts';
import { type Question, questionKey } from './request.ts';

type Kept = { readonly value: unknown };

export type CacheOptions = {
  /** Answers kept; the one longest unused goes first. About 1 KB each. 0: every question is asked. */
  readonly entries: number;
  /** Answers that last, also those of message batches; null: none do. The gateway's from now on, which closes it. */
  readonly file: AnswerFile | null;
  readonly telemetry: Pick<Telemetry, 'llmCacheHit' | 'note'>;
};

/**
 * Remembers answers by the content of their question, in memory and in a file where there is one; equal questions under way share
 * one call. What could not be used is not kept: a later try may do better. A hit needs no place in line, no budget and no closed circuit.
 */
export function createCachedGateway(inner: AnthropicGateway, options: CacheOptions): AnthropicGateway {
  const { entries, file, telemetry } = options;
  if (entries === 0) return inner;
  const kept = new LRUCache<string, Kept>({ max: entries });
  const underWay = new Map<string, Promise<Answer<unknown>>>();

  async function askAnew<T>(question: Question<T>, key: string): Promise<Answer<T>> {
    try {
      const answer = await inner.ask(question);
      if (answer.kind === 'answer') keep(key, answer.value);
      return answer;
    } finally {
      underWay.delete(key);
    }
  }

  function keep(key: string, value: unknown): void {
    // A copy: the asker may do with its own what it likes.
    kept.set(key, { value: structuredClone(value) });
    try {
      file?.put(key, value);
    } catch (error) {
      // A full disk costs money after a restart, not conversations now.
      telemetry.note('warn', 'an answer is not kept in claude.cache_file', { because: reasonOf(error) });
    }
  }

  function fromFile(key: string): Kept | undefined {
    try {
      const value = file?.get(key);
      if (value === undefined) return undefined;
      kept.set(key, { value });
      return { value };
    } catch (error) {
      // It is asked for again: a file that is broken costs money, not conversations.
      telemetry.note('warn', 'claude.cache_file cannot be read', { because: reasonOf(error) });
      return undefined;
    }
  }

  /** null: what was cleaned fits no more, as with a placeholder longer than what it stands for. */
  function reuse<T>(question: Question<T>, value: unknown): Answer<T> | null {
    const fit = question.schema.safeParse(value);
    if (!fit.success) return null;
    telemetry.llmCacheHit(question.stage);
    return { kind: 'answer', value: fit.data };
  }

  return {
    ...inner,
    async ask(question) {
      const key = questionKey(question);
      const known = kept.get(key) ?? fromFile(key);
      const waitFor = known === undefined ? underWay.get(key) : undefined;
      // No pause where nobody asks yet: two that come together would both be paid for.
      const shared = waitFor === undefined ? known && { kind: 'answer' as const, ...known } : await waitFor;
      // Who waited with others for nothing has saved nothing.
      if (shared?.kind === 'unusable') return shared;
      const reused = shared === undefined ? null : reuse(question, shared.value);
      if (reused !== null) return reused;
      const asked = askAnew(question, key);
      underWay.set(key, asked);
      return asked;
    },
    async stop() {
      await inner.stop();
      file?.close();
    },
  };
}
