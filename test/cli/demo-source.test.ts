import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fromFile } from '../../src/cli/demo-source.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { dataFolder } from '../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());

const NOON = Date.UTC(2026, 2, 1, 12);
const MINUTE = 60_000;
const line = (id: string, at: number): string =>
  JSON.stringify({
    conversation_id: id,
    account_id: `a-${id}`,
    at: new Date(at).toISOString(),
    messages: [{ role: 'user', content: `How do I get a refund for order ${id}?` }],
  });

async function read(lines: readonly string[]) {
  const path = join(data.path, 'some.jsonl');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const source = await fromFile(path, {
    signal: new AbortController().signal,
    maxBytes: 1_000_000,
    earliest: Date.UTC(2000, 0, 1),
  });
  const history: Conversation[] = [];
  for await (const conversation of source.history()) history.push(conversation);
  const live = await source.live(source.liveAt, source.end);
  return { source, history: history.length, live: live.length };
}

const good = Array.from({ length: 600 }, (_, i) => line(`c${i}`, NOON + i * MINUTE));

describe('a demo from a file', () => {
  it('goes live after three quarters of its time', async () => {
    const { source, history, live } = await read(good);
    expect(source.liveAt).toBe(NOON + Math.floor(0.75 * 599 * MINUTE));
    expect([history, live]).toEqual([450, 150]);
  });

  it.each([
    ['of 1970', 0, [0, 200, 600]],
    ['of 2099', Date.UTC(2099, 0, 1), [0, 200, 600]],
    // The last line may be the first of what comes after a gap.
    ['a month ahead', NOON + 30 * 1_440 * MINUTE, [0, 200]],
  ])('is not led astray by a time %s', async (_, wrong, places) => {
    for (const place of places) {
      const { source, history, live } = await read(good.toSpliced(place, 0, line('wrong', wrong)));
      expect(source.liveAt, `at ${place}`).toBeLessThan(NOON + 600 * MINUTE);
      expect(history + live, `at ${place}`).toBe(600);
      expect(history, `at ${place}`).toBe(450);
    }
  });
});
