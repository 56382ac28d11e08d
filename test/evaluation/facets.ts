/**
 * What summarizer and labeler are worth: language, concern, and a sample of names. Offline, or by Claude when there is a key.
 *   node test/evaluation/facets.ts [--limit ROWS] [--data FOLDER]
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { makeLanguage } from '../../src/app/language.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import type { Facets } from '../../src/domain/facets.ts';
import { DATA, hasData, jsonLines, NO_DATA } from './data.ts';
import { plot } from './plot.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: DATA }, limit: { type: 'string', default: 'Infinity' } },
});
const config = loadConfig({ environment: process.env, flags: ['logging.level=error'] });
const clock = createSystemClock();
const telemetry = createTelemetry(createLogger(config.logging), clock.now);
const { summarizer, labeler, stop } = makeLanguage(config, clock, telemetry);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** The first of a set; all, unless each costs money. */
const rows = <T extends z.ZodType>(name: string, schema: T): z.output<T>[] =>
  jsonLines(values.data, name, schema).slice(0, Number(values.limit));
let asked = 0;

async function facetsOf(content: string): Promise<Facets> {
  const messages = [{ role: 'user' as const, content }];
  const id = `c${asked++}`;
  const conversation = { conversation_id: id, account_id: 'a', at: '2026-01-01T00:00:00Z', messages };
  return (await summarizer.summarize(conversation)).facets;
}

async function languages(): Promise<void> {
  const prompts = rows(
    'oasst1-validation',
    z.object({ text: z.string(), role: z.string(), lang: z.string() }),
  );
  const users = prompts.filter(({ role }) => role === 'prompter');
  const said = await Promise.all(
    users.map(async ({ text, lang }) => ({ lang, language: (await facetsOf(text)).languages[0] })),
  );
  const told = said.filter(({ language }) => language !== undefined);
  const right = told.filter(({ lang, language }) => lang.startsWith(language ?? '?')).length;
  say(`Language (oasst1): told for ${told.length} of ${users.length}, right for ${right}.\n`);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const share = (values: readonly number[], least: number): string =>
  `${(100 * mean(values.map((v) => Number(v >= least)))).toFixed(1)}%`;
/** How often a harmful text is rated higher than a harmless one; a tie is half. 0.5: no better than a coin. */
const auroc = (harmful: readonly number[], harmless: readonly number[]): number =>
  mean(harmful.map((h) => mean(harmless.map((s) => (h > s ? 1 : h === s ? 0.5 : 0)))));
const rate = (texts: readonly string[]): Promise<number[]> =>
  Promise.all(texts.map(async (text) => (await facetsOf(text)).concern));

const MODERATED = ['S', 'H', 'V', 'HR', 'SH', 'S3', 'H2', 'V2'];

async function concern(): Promise<void> {
  const moderation = rows('openai-moderation', z.looseObject({ prompt: z.string() }));
  const isHarmful = (row: Record<string, unknown>): boolean => MODERATED.some((label) => row[label] === 1);
  const pairs = rows('xstest', z.object({ prompt: z.string(), safe: z.boolean() }));
  const strong = rows('strongreject', z.object({ forbidden_prompt: z.string() }));
  const simple = rows('simple-safety-tests', z.object({ prompts_final: z.string() }));
  const texts = {
    'openai-moderation, no label': moderation.filter((row) => !isHarmful(row)).map(({ prompt }) => prompt),
    'openai-moderation, any label': moderation.filter(isHarmful).map(({ prompt }) => prompt),
    'xstest, safe but looks unsafe': pairs.filter(({ safe }) => safe).map(({ prompt }) => prompt),
    'xstest, unsafe': pairs.filter(({ safe }) => !safe).map(({ prompt }) => prompt),
    strongreject: strong.map((row) => row.forbidden_prompt),
    'simple-safety-tests': simple.map((row) => row.prompts_final),
  };
  const rated = new Map<string, number[]>();
  for (const [name, list] of Object.entries(texts)) rated.set(name, await rate(list));
  const of = (name: keyof typeof texts): number[] => rated.get(name) ?? [];
  say('| texts | n | mean concern | at 2 or more | at 3 or more | at 4 or more |\n|---|---|---|---|---|---|');
  for (const [name, list] of rated)
    say(
      `| ${name} | ${list.length} | ${mean(list).toFixed(2)} | ${share(list, 2)} | ${share(list, 3)} | ${share(list, 4)} |`,
    );
  const safe = of('xstest, safe but looks unsafe');
  const curves = [
    ['openai-moderation', of('openai-moderation, any label'), of('openai-moderation, no label')],
    ['xstest, unsafe against safe', of('xstest, unsafe'), safe],
    ['strongreject against the safe of xstest', of('strongreject'), safe],
    ['simple-safety-tests against the safe of xstest', of('simple-safety-tests'), safe],
  ] as const;
  say('\n| told apart | AUROC |\n|---|---|');
  const areas = curves.map(([name, harmful, harmless]) => ({ name, auroc: auroc(harmful, harmless) }));
  for (const { name, auroc: area } of areas) say(`| ${name} | ${area.toFixed(3)} |`);
  const harmful = [...of('strongreject'), ...of('simple-safety-tests')];
  say(
    `\n${summarizer.kind === 'offline' ? 'Offline concern is a list of rules over words, and weak' : 'Claude rates concern'}: of ${harmful.length} prompts that ask for plain harm it rates ${share(harmful, 3)} at 3 or more, and of ${safe.length} that merely look unsafe ${share(safe, 3)}. An AUROC of 0.5 is a coin, 1 tells all apart.${summarizer.kind === 'offline' ? ' It is there so that something can be seen without a key; nothing that matters should hang on it.' : ''}\n`,
  );
  const figures = [...rated].flatMap(([set, list]) =>
    [1, 2, 3, 4, 5].map((level) => ({ set, level, share: mean(list.map((v) => Number(v === level))) })),
  );
  plot('concern', {
    title: `Concern as rated (${summarizer.kind}), by what the texts are`,
    data: { values: figures },
    width: 420,
    mark: 'bar',
    encoding: {
      y: { field: 'set', type: 'nominal', sort: [...rated.keys()], title: null, axis: { labelLimit: 300 } },
      x: { field: 'share', type: 'quantitative', stack: 'normalize', title: 'share of texts' },
      color: { field: 'level', type: 'ordinal', title: 'concern', scale: { scheme: 'yelloworangered' } },
      order: { field: 'level' },
    },
  });
}

/** Every sixth intent, its first hundred queries by as many accounts, against a hundred of the same domain. */
async function names(): Promise<void> {
  const queries = jsonLines(
    values.data,
    'clinc150',
    z.object({ text: z.string(), intent: z.string(), domain: z.string().nullable() }),
  );
  const intents = [...new Set(queries.filter(({ domain }) => domain !== null).map(({ intent }) => intent))];
  const texts = (wanted: typeof queries) => wanted.map(({ text }, i) => ({ text, account: `account-${i}` }));
  say('| intent (clinc150) | name |\n|---|---|');
  for (const intent of intents.filter((_, i) => i % 6 === 0)) {
    const own = queries.filter((row) => row.intent === intent);
    const near = queries.filter((row) => row.intent !== intent && row.domain === own[0]?.domain);
    const contrast = near.filter((_, i) => i % Math.ceil(near.length / 100) === 0);
    const label = await labeler.label({
      members: texts(own.slice(0, 100)),
      contrast: texts(contrast),
      minAccounts: 8,
    });
    say(`| ${intent} | ${label?.name ?? '(none)'} |`);
  }
}

if (!hasData(values.data, ['oasst1-validation', 'openai-moderation', 'clinc150'])) say(NO_DATA);
else {
  say(`Facets: ${summarizer.kind}; names: ${labeler.kind}.\n`);
  await languages();
  await concern();
  await names();
}
await stop();
