import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createHmacTokens } from '../../src/adapters/id-tokens/hmac.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { isTaken } from '../../src/algorithms/sampling/chance.ts';
import { makeLanguage } from '../../src/app/language.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { conversationSchema } from '../../src/domain/conversation.ts';
import { type FacetSource, type Facets, facetsSchema } from '../../src/domain/facets.ts';
import {
  API_KEY,
  answers,
  fails,
  type MessagesApi,
  refuses,
  startMessagesApi,
} from '../support/messages-api.ts';
import { cliowatch, dataFolder, interruptible } from '../support/program.ts';

const facets: Facets = {
  request: 'The user wants to write to jane.doe@mail.example.',
  task: 'Write.',
  languages: ['en'],
  concern: 1,
  concern_reason: 'Harmless.',
};
const fine = answers(() => facets, { usage: { input: 1_000_000, output: 100_000 } });

/** Takes whatever is sent. */
const taken: string[] = [];
const target = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  for (const line of Buffer.concat(chunks).toString().split('\n'))
    taken.push(JSON.parse(line).conversation_id);
  response.writeHead(202).end('{}');
});
let to = '';
let api: MessagesApi;
beforeAll(async () => {
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const address = target.address();
  to = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  api = await startMessagesApi(fine);
});
afterAll(async () => {
  target.close();
  await api.stop();
});

const conversation = (id: string, content: string, more: object = {}) => ({
  conversation_id: id,
  account_id: 'a',
  at: '2026-03-01T12:00:00Z',
  messages: [{ role: 'user', content }],
  ...more,
});

function setUp(lines: readonly object[]) {
  const data = dataFolder();
  const file = join(data.path, 'past.jsonl');
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  const settings = [
    `data=${data.path}`,
    `claude.api_key=${API_KEY}`,
    `claude.base_url=${api.url}`,
    'claude.retries=0',
    'claude.cache_file.path=answers.sqlite',
  ];
  const flags = settings.flatMap((setting) => ['-s', setting]);
  const command = ['replay', file, '--batch', '--to', to, ...flags];
  const replay = (...more: string[]) => cliowatch([...command, ...more]);
  /** What a role admit with the same settings makes of a conversation. */
  async function summarize(one: object): Promise<{ facets: Facets; source: FacetSource }> {
    const config = loadConfig({ environment: {}, flags: settings });
    const clock = createSystemClock();
    const telemetry = createTelemetry(createLogger({ level: 'silent', format: 'json' }), clock.now);
    const language = makeLanguage(config, clock, telemetry);
    const summary = await language.summarizer.summarize(conversationSchema.parse(one));
    await language.stop();
    return summary;
  }
  return { ...data, command, replay, summarize };
}

describe('replay --batch', { timeout: 60_000 }, () => {
  it('has every conversation summarized once by a batch for half the price, where admit finds it, and then sends all', async () => {
    api.become(fine);
    const before = { requests: api.requests.length, batches: api.batches.length };
    const first = conversation('one', 'Write to Jane.');
    const rig = setUp([
      first,
      conversation('same', 'Write to Jane.'),
      conversation('two', 'Write to Joe.'),
      conversation('zero', 'Secret.', { retention: 'zero' }),
      conversation('agreed', 'Secret too.', { account_id: 'z' }),
    ]);
    const metrics = join(rig.path, 'spent.prom');
    const run = await rig.replay('-s', 'intake.zero_retention_accounts=[z]', '--metrics', metrics);
    expect(run.stderr).toContain(
      '2 summaries by batch (2 asked for, 1 known already, 0 left to single calls), $0.15',
    );
    const spent = readFileSync(metrics, 'utf8');
    const labels = 'stage="facets",model="claude-haiku-5-5"';
    expect(spent).toContain(`cliowatch_llm_tokens_total{${labels},kind="input"} 2000000\n`);
    expect(spent).toMatch(
      /cliowatch_llm_cost_dollars_total\{stage="facets",model="claude-haiku-5-5"\} 0\.15/,
    );
    expect(run.stderr).toContain('5 conversations sent');
    expect(run.code).toBe(0);
    expect(api.batches.slice(before.batches)).toEqual([2]);
    expect(api.requests.slice(before.requests).some(({ user }) => user.includes('Secret'))).toBe(false);
    const asked = api.requests.length;
    const { facets: made, source } = await rig.summarize({ ...first, conversation_id: 'other' });
    expect(api.requests.length).toBe(asked);
    expect(source).toMatchObject({ by: 'claude', fallback: false });
    expect(facetsSchema.parse(made).request).toBe('The user wants to write to [email].');
    rig.remove();
  });

  it('asks about nobody whom sampling leaves out, and sends all', async () => {
    api.become(fine);
    const key = Buffer.alloc(32, 7);
    const { account } = createHmacTokens(key);
    const all = Array.from({ length: 40 }, (_, i) =>
      conversation(`c${i}`, `Sampled question ${i}?`, { account_id: `a${i}` }),
    );
    const count = all.filter(({ account_id }) => isTaken(account(account_id), 0.3)).length;
    const rig = setUp(all);
    const sampling = ['-s', 'intake.sampling.strategy=conversations', '-s', 'intake.sampling.share=0.3'];
    const run = await rig.replay(...sampling, '-s', `tokens.key=${key.toString('base64')}`);
    expect(run.stderr).toContain(`${count} summaries by batch (${count} asked for`);
    expect(run.stderr).toContain('40 conversations sent');
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(25);
    rig.remove();
  });

  it('counts what the service took from its own cache or wrote there', async () => {
    const usage = { input: 0, output: 0, cacheRead: 10_000_000, cacheWrite: 1_000_000 };
    api.become(answers(() => facets, { usage }));
    const rig = setUp([conversation('one', 'Question of a known beginning?')]);
    // By the prices that ship, 0.10 and 0.125 dollars, and half of it.
    expect((await rig.replay()).stderr).toContain('0 left to single calls), $0.11');
    rig.remove();
  });

  it('leaves to a single call what is no answer of the Messages API, and reads the rest', async () => {
    api.become((request, response) =>
      request.user.includes('Odd')
        ? void response.writeHead(200).end('{"odd": true}')
        : fine(request, response),
    );
    const rig = setUp([conversation('one', 'Odd question?'), conversation('two', 'Even question?')]);
    const run = await rig.replay();
    expect(run.stderr).toContain(
      '1 summaries by batch (2 asked for, 0 known already, 1 left to single calls)',
    );
    expect(run.stderr).toContain('2 conversations sent');
    expect(run.code).toBe(0);
    rig.remove();
  });

  it('asks nothing again the second time', async () => {
    api.become(fine);
    const rig = setUp([conversation('one', 'Question one?')]);
    await rig.replay();
    const batches = api.batches.length;
    expect((await rig.replay()).stderr).toContain('0 summaries by batch (0 asked for, 1 known already');
    expect(api.batches.length).toBe(batches);
    rig.remove();
  });

  it('is broken off by Ctrl-C while a batch is under way, sends nothing, and reads that batch the next time', async () => {
    api.become(fine);
    api.holdBatches(true);
    const rig = setUp([conversation('one', 'Question of a long day?')]);
    const sent = taken.length;
    const run = interruptible(rig.command);
    await expect.poll(() => run.errors(), { timeout: 30_000 }).toContain('1 conversations sent; it may take');
    run.interrupt();
    expect((await run.finished).code).toBe(130);
    expect(taken.length).toBe(sent);
    api.holdBatches(false);
    const batches = api.batches.length;
    const again = await rig.replay();
    expect(again.stderr).toContain('1 summaries by batch (0 asked for, 1 known already');
    expect(again.code).toBe(0);
    expect(api.batches.length).toBe(batches);
    expect(taken.length).toBe(sent + 1);
    rig.remove();
  });

  it('finds a batch that was begun though the answer was lost, and pays for none twice', async () => {
    api.become(fine);
    api.loseBatches(true);
    const rig = setUp([conversation('one', 'Lost question one?'), conversation('two', 'Lost question two?')]);
    const batches = api.batches.length;
    expect((await rig.replay('-s', 'claude.retries=3')).code).not.toBe(0);
    expect(api.batches.length).toBe(batches + 1);
    api.loseBatches(false);
    const again = await rig.replay();
    expect(again.stderr).toContain('2 summaries by batch (0 asked for, 2 known already');
    expect(again.code).toBe(0);
    expect(api.batches.length).toBe(batches + 1);
    rig.remove();
  });

  it('fails with what to do, and sends nothing, when Claude cannot be used', async () => {
    const rig = setUp([conversation('one', 'Question four?')]);
    const sent = taken.length;
    const run = await rig.replay('-s', 'claude.api_key=wrong');
    expect(run.stderr).toContain('status 401');
    expect(run.stderr).toContain('check claude.api_key');
    expect(run.code).toBe(1);
    expect(taken.length).toBe(sent);
    rig.remove();
  });

  it.each([
    ['refuses', refuses],
    ['fails at', fails(400)],
  ])('leaves to single calls what a batch %s, and sends it all the same', async (_, behaviour) => {
    api.become(behaviour);
    const one = conversation('one', 'Question two?');
    const rig = setUp([one]);
    const run = await rig.replay();
    expect(run.stderr).toContain(
      '0 summaries by batch (1 asked for, 0 known already, 1 left to single calls)',
    );
    expect(run.stderr).toContain('1 conversations sent');
    api.become(fine);
    expect((await rig.summarize(one)).source).toMatchObject({ by: 'claude', fallback: false });
    rig.remove();
  });

  it.each([
    ['standard input, which cannot be read twice', ['-'], 'reads its files twice'],
    ['an offline summarizer', ['-s', 'summarizer=offline'], 'the summarizer is offline'],
    ['no file for the answers', ['-s', 'claude.cache_file.path=null'], 'needs claude.cache_file.path'],
  ])('refuses %s', async (_, more, words) => {
    const rig = setUp([conversation('one', 'Question three?')]);
    const sent = taken.length;
    const run = await rig.replay(...more);
    expect(run.stderr).toContain(words);
    expect(run.code).toBe(2);
    expect(taken.length).toBe(sent);
    expect(existsSync(join(rig.path, 'answers.sqlite'))).toBe(false);
    rig.remove();
  });
});
