import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openAnswerFile } from '../../../src/adapters/anthropic/answer-file.ts';
import { createCachedGateway } from '../../../src/adapters/anthropic/cached.ts';
import { startRig } from '../../support/llm.ts';
import { answers } from '../../support/messages-api.ts';
import { dataFolder } from '../../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());
let files = 0;
const newPath = () => join(data.path, `deep/${files++}.sqlite`);

describe('a file of answers', () => {
  it('keeps them over a restart, and for another process at once', () => {
    const path = newPath();
    const first = openAnswerFile({ path, entries: 10 });
    const second = openAnswerFile({ path, entries: 10 });
    first.put('a', { word: 'yes' });
    expect(second.get('a')).toEqual({ word: 'yes' });
    expect(second.has('a')).toBe(true);
    expect(second.get('b')).toBeUndefined();
    first.close();
    second.close();
    const later = openAnswerFile({ path, entries: 10 });
    expect(later.get('a')).toEqual({ word: 'yes' });
    later.close();
  });

  it('keeps the newest when it is opened with less room', () => {
    const path = newPath();
    const file = openAnswerFile({ path, entries: 100 });
    for (let i = 0; i < 20; i++) file.put(`k${i}`, i);
    file.close();
    const small = openAnswerFile({ path, entries: 5 });
    expect([small.has('k14'), small.has('k15'), small.get('k19')]).toEqual([false, true, 19]);
    small.close();
  });

  it('has the newer of two answers to one question', () => {
    const file = openAnswerFile({ path: newPath(), entries: 10 });
    file.put('a', 'unfit');
    file.put('a', 'fit');
    expect(file.get('a')).toBe('fit');
    file.close();
  });

  it('remembers batches in their order until they are read', () => {
    const path = newPath();
    const file = openAnswerFile({ path, entries: 10 });
    for (const id of ['one', 'two', 'three']) file.batchBegun(id, file.batchMeant(5, 10, 'a'));
    const lost = file.batchMeant(7, 20, 'b');
    expect(file.meant()).toEqual([{ id: lost, at: 7, requests: 20, key: 'b' }]);
    file.meantNoMore(lost);
    expect(file.meant()).toEqual([]);
    file.batchRead('two');
    file.close();
    const later = openAnswerFile({ path, entries: 10 });
    expect(later.batches()).toEqual(['one', 'three']);
    later.close();
  });

  it('keeps nothing after it is closed, and throws nothing', () => {
    const file = openAnswerFile({ path: newPath(), entries: 10 });
    file.close();
    file.put('a', 1);
    file.close();
    expect(file.has('a')).toBe(false);
    expect(file.get('a')).toBeUndefined();
  });

  it('says what to do when it is none', () => {
    const path = join(data.path, 'text.sqlite');
    writeFileSync(
      path,
      'this is no database, and long enough to be taken for one that is broken. '.repeat(20),
    );
    expect(() => openAnswerFile({ path, entries: 10 })).toThrow(/cannot keep answers/);
  });

  it('lets a gateway know after a restart what was asked before, and holds nothing of the question', async () => {
    const path = newPath();
    const question = {
      stage: 'facets',
      model: 'model-a',
      system: 'Say a word.',
      data: '<transcript>my-private-sentence</transcript>',
      schema: z.object({ word: z.string() }),
      maxTokens: 500,
    };
    await using rig = await startRig(answers(() => ({ word: 'yes' })));
    for (let start = 0; start < 2; start++) {
      await using again = await startRig(answers(() => ({ word: 'no' })));
      const inner = start === 0 ? rig.gateway : again.gateway;
      const file = openAnswerFile({ path, entries: 10 });
      const gateway = createCachedGateway(inner, { entries: 10, file, telemetry: rig.events });
      expect(await gateway.ask(question)).toEqual({ kind: 'answer', value: { word: 'yes' } });
      await gateway.stop();
    }
    expect(rig.api.requests).toHaveLength(1);
    expect(rig.events.hits).toEqual(['facets']);
    expect(readFileSync(path, 'latin1')).not.toContain('private');
  });
});
