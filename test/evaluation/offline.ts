/**
 * What the offline summarizer and labeler are worth: language, concern, and a sample of names.
 * Run: node test/evaluation/offline.ts [folder of the data]
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { createOfflineLabeler } from '../../src/adapters/labeler/offline.ts';
import { createOfflineSummarizer } from '../../src/adapters/summarizer/offline.ts';
import type { Facets } from '../../src/domain/facets.ts';

const folder = process.argv[2] ?? resolve(import.meta.dirname, '../../../shared/data');
const summarizer = createOfflineSummarizer({ onRedacted: () => undefined });
const labeler = createOfflineLabeler();

function rows<T extends z.ZodType>(name: string, schema: T): z.output<T>[] {
  const file = join(folder, `${name}.jsonl.gz`);
  if (!existsSync(file)) {
    console.log(`No data at ${file}: not measured.`);
    return [];
  }
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => schema.parse(JSON.parse(line)));
}

async function facetsOf(content: string): Promise<Facets> {
  const messages = [{ role: 'user' as const, content }];
  const conversation = { conversation_id: 'c', account_id: 'a', at: '2026-01-01T00:00:00Z', messages };
  return (await summarizer.summarize(conversation)).facets;
}

async function languages(): Promise<void> {
  const prompts = rows(
    'oasst1-validation',
    z.object({ text: z.string(), role: z.string(), lang: z.string() }),
  );
  let told = 0;
  let right = 0;
  const users = prompts.filter(({ role }) => role === 'prompter');
  for (const { text, lang } of users) {
    const [language] = (await facetsOf(text)).languages;
    if (language === undefined) continue;
    told++;
    if (lang.startsWith(language)) right++;
  }
  console.log(`Language (oasst1): told for ${told} of ${users.length}, right for ${right}`);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const shareFrom = (values: readonly number[], least: number): number =>
  mean(values.map((v) => Number(v >= least)));
const auroc = (harmful: readonly number[], harmless: readonly number[]): number =>
  mean(harmful.map((h) => mean(harmless.map((s) => (h > s ? 1 : h === s ? 0.5 : 0)))));
const rate = (texts: readonly string[]): Promise<number[]> =>
  Promise.all(texts.map(async (text) => (await facetsOf(text)).concern));

async function concern(): Promise<void> {
  const moderation = rows('openai-moderation', z.looseObject({ prompt: z.string() }));
  const labels = ['S', 'H', 'V', 'HR', 'SH', 'S3', 'H2', 'V2'];
  const isHarmful = (row: Record<string, unknown>): boolean => labels.some((label) => row[label] === 1);
  const harmful = await rate(moderation.filter(isHarmful).map(({ prompt }) => prompt));
  const harmless = await rate(moderation.filter((row) => !isHarmful(row)).map(({ prompt }) => prompt));
  console.log(`Concern (openai-moderation, any label): AUROC ${auroc(harmful, harmless).toFixed(3)}`);
  const pairs = rows('xstest', z.object({ prompt: z.string(), safe: z.boolean() }));
  const safe = await rate(pairs.filter((row) => row.safe).map(({ prompt }) => prompt));
  const unsafe = await rate(pairs.filter((row) => !row.safe).map(({ prompt }) => prompt));
  console.log(
    `Concern (xstest) at 3 or more: safe ${shareFrom(safe, 3).toFixed(3)}, unsafe ${shareFrom(unsafe, 3).toFixed(3)}`,
  );
  const forbidden = rows('strongreject', z.object({ forbidden_prompt: z.string() }));
  console.log(
    `Concern (strongreject): mean ${mean(await rate(forbidden.map((row) => row.forbidden_prompt))).toFixed(2)}`,
  );
}

/** Every sixth intent, its first hundred queries by as many accounts, against a hundred of the same domain. */
async function names(): Promise<void> {
  const queries = rows(
    'clinc150',
    z.object({ text: z.string(), intent: z.string(), domain: z.string().nullable() }),
  );
  const intents = [...new Set(queries.filter(({ domain }) => domain !== null).map(({ intent }) => intent))];
  const texts = (wanted: typeof queries) => wanted.map(({ text }, i) => ({ text, account: `account-${i}` }));
  for (const intent of intents.filter((_, i) => i % 6 === 0)) {
    const own = queries.filter((row) => row.intent === intent);
    const near = queries.filter((row) => row.intent !== intent && row.domain === own[0]?.domain);
    const contrast = near.filter((_, i) => i % Math.ceil(near.length / 100) === 0);
    const label = await labeler.label({
      members: texts(own.slice(0, 100)),
      contrast: texts(contrast),
      minAccounts: 8,
    });
    console.log(`${intent.padEnd(26)} ${label?.name ?? '(none)'}`);
  }
}

await languages();
await concern();
await names();
