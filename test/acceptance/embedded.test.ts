import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeTraffic } from '../support/conversations.ts';
import { need } from '../support/need.ts';
import { cliowatch, dataFolder, running } from '../support/program.ts';
import { newTopicIsTold } from './scenario.ts';

const prometheus = need('prometheus');

describe.skipIf(prometheus === null)('cliowatch on the embedded log', () => {
  const data = dataFolder();
  afterAll(() => data.remove());

  it('tells of a new topic that a replay brings', { timeout: 240_000 }, async () => {
    const program = await running([
      'run',
      '-s',
      `data=${data.path}`,
      '-s',
      'http.port=0',
      '-s',
      'log.batch=100',
    ]);
    try {
      await newTopicIsTold(program, program, prometheus ?? '', async (conversations) => {
        const file = join(data.path, 'part.jsonl');
        writeFileSync(file, conversations.map((one) => JSON.stringify(one)).join('\n'));
        const replay = await cliowatch(['replay', file, '--to', program.url]);
        expect(replay.stderr).toContain(`${conversations.length} conversations sent, 0 bad lines`);
        expect(replay.code).toBe(0);
      });
      const metrics = await (await fetch(`${program.url}/metrics`)).text();
      expect(metrics).toContain(`\ncliowatch_admitted_conversations_total ${makeTraffic().length}\n`);
    } finally {
      expect(await program.stop()).toBe(0);
    }
  });
});
