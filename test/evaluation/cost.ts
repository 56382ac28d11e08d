/**
 * What Claude would cost: the requests are made and counted as by `cliowatch cost estimate`, and none is sent. By stage, on the example of
 * Clio's paper; on real texts and on the demo, with what one call for all facets and the cache of answers save.
 *   node test/evaluation/cost.ts [--data FOLDER]
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { partsOf } from '../../src/adapters/anthropic/request.ts';
import { dollarsOf, type Price, priceOf } from '../../src/adapters/anthropic/spending.ts';
import { createFacetsQuestions } from '../../src/adapters/summarizer/claude.ts';
import { createTraffic } from '../../src/algorithms/demo/index.ts';
import { ASCII_PER_TOKEN, textTokens } from '../../src/algorithms/text-tokens.ts';
import type { Config } from '../../src/app/config.ts';
import { type CostEstimate, createCostEstimator } from '../../src/app/cost.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { facetsOptions } from '../../src/app/would-ask.ts';
import { type Conversation, conversationSchema } from '../../src/domain/conversation.ts';
import { HOUR } from '../../src/domain/ids.ts';
import { loadBackground } from './stream.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const DATA = values.data ?? join(import.meta.dirname, '../../../shared/data');
const START = Date.parse('2026-03-02T00:00:00Z');
/** Dollars per 100,000 conversations in the paper, and of these for facets. */
const PAPER = { total: 48.81, facets: 45 };
const EXAMPLE = 100_000;
/** Request, task, language and concern, were each asked for by a prompt of its own, of so many tokens as the paper's example has. */
const FACETS = 4;
const PAPER_PROMPT = 300;
/** Of 2024: the paper's $45.00 are one call a conversation, 1,300 tokens at $0.25 and 100 at $1.25 a million. */
const PRICES_2024 =
  'claude.prices={ claude-haiku-5-5: { input: 0.25, output: 1.25, cache_read: 0, cache_write: 0 }, ' +
  'claude-sonnet-5-5: { input: 3, output: 15, cache_read: 0, cache_write: 0 } }';
/** All clustered once, a hundred to a cluster. */
const ONCE = [`cluster.window=${EXAMPLE}`, `cluster.first_at=${EXAMPLE}`, 'cluster.members_per_cluster=100'];

const configOf = (flags: readonly string[]): Config => loadConfig({ environment: {}, flags: [...flags] });
const money = (dollars: number | null): string => `$${(dollars ?? Number.NaN).toFixed(2)}`;
const whole = (n: number): string => Math.round(n).toLocaleString('en-US');
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

function conversation(id: string, messages: Conversation['messages']): Conversation {
  const at = new Date(START).toISOString();
  return conversationSchema.parse({ conversation_id: id, account_id: 'a', at, messages });
}

const ask = (id: string, text: string): Conversation =>
  conversation(id, [{ role: 'user', content: text.toWellFormed().replaceAll('\u0000', '') }]);

/** Of 1,000 tokens each, no two the same. */
function* example(): Generator<Conversation> {
  const text = 'word '.repeat((1_000 * ASCII_PER_TOKEN) / 5);
  for (let i = 0; i < EXAMPLE; i++) yield ask(`e${i}`, `${String(i).padStart(6, '0')}${text.slice(6)}`);
}

function jsonLines<T>(name: string, schema: z.ZodType<T>): T[] {
  const text = gunzipSync(readFileSync(join(DATA, name))).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => schema.parse(JSON.parse(line)));
}

function requests(): Conversation[] {
  return loadBackground(DATA)
    .filter(({ text }) => text.trim() !== '')
    .map(({ text }, i) => ask(`r${i}`, text));
}

function tweets(): Conversation[] {
  const rows = jsonLines('crisislex-t6-sandy-oklahoma.jsonl.gz', z.object({ text: z.string() }));
  return rows.map(({ text }, i) => ask(`t${i}`, text));
}

function dialogues(): Conversation[] {
  const rows = jsonLines('hh-harmless-test.jsonl.gz', z.object({ chosen: z.string() }));
  return rows.flatMap(({ chosen }, i) => {
    const turns = chosen.split(/\n\n(?=Human: |Assistant: )/).filter((turn) => turn.trim() !== '');
    const messages = turns.map((turn) => ({
      role: turn.trim().startsWith('Human:') ? ('user' as const) : ('assistant' as const),
      content: turn.trim().replace(/^(Human|Assistant): ?/, ''),
    }));
    return messages.length === 0 ? [] : [conversation(`d${i}`, messages)];
  });
}

function demo(): Conversation[] {
  const liveAt = START + 24 * HOUR;
  const traffic = createTraffic({ seed: 1, start: START, liveAt }).between(START, liveAt);
  return [...traffic].map((one) => conversationSchema.parse(one));
}

type Counted = {
  readonly estimate: CostEstimate;
  readonly conversations: number;
  readonly tokensEach: number;
  /** Input tokens of facets a conversation: all in one call, and in four. */
  readonly oneCall: number;
  readonly sharedOut: number;
  readonly asInPaper: number;
};

async function count(conversations: Iterable<Conversation>, flags: readonly string[]): Promise<Counted> {
  const config = configOf(flags);
  const estimator = createCostEstimator(config);
  const ask = createFacetsQuestions(facetsOptions(config));
  let conversationsRead = 0;
  let ofData = 0;
  let ofRest = 0;
  for (const one of conversations) {
    estimator.add(one);
    const { system, data, format } = partsOf(ask(one).question);
    conversationsRead++;
    ofData += textTokens(data);
    ofRest += textTokens(system) + textTokens(JSON.stringify(format));
  }
  const per = (tokens: number): number => tokens / Math.max(1, conversationsRead);
  return {
    estimate: await estimator.result(),
    conversations: conversationsRead,
    tokensEach: per(ofData),
    oneCall: per(ofRest + ofData),
    sharedOut: per(ofRest + FACETS * ofData),
    asInPaper: FACETS * (PAPER_PROMPT + per(ofData)),
  };
}

function byStage({ estimate }: Counted): void {
  const per = EXAMPLE / estimate.conversations.summarized;
  console.log(
    '| stage | model | calls | input tokens | output tokens | dollars |\n|---|---|---|---|---|---|',
  );
  for (const { stage, model, calls, inputTokens, outputTokens, dollars } of estimate.stages)
    console.log(
      `| ${stage} | ${model} | ${whole(calls * per)} | ${whole(inputTokens * per)} | ${whole(outputTokens * per)} | ${money((dollars ?? 0) * per)} |`,
    );
  const { low = 0, high = 0 } = estimate.dollars ?? {};
  console.log(
    `| all | | | | | **${money(estimate.dollarsPer100k)}** (${money(low * per)} to ${money(high * per)}) |\n`,
  );
}

const facetsOf = ({ stages }: CostEstimate): number =>
  stages.find(({ stage }) => stage === 'facets')?.dollars ?? 0;

function onData(title: string, counted: Counted, config: Config): string {
  const { estimate, conversations, tokensEach, oneCall, sharedOut, asInPaper } = counted;
  const price: Price | null = priceOf(config.claude.prices, config.claude.summarizer_model);
  if (price === null) throw new Error('the default model has no price');
  const output = config.claude.answer_tokens.facets;
  const facets = (input: number): number => EXAMPLE * dollarsOf(price, { input, output });
  const { calls } = estimate.saved;
  return `| ${title} | ${whole(conversations)} | ${whole(tokensEach)} | ${money(facets(oneCall))} | ${money(facets(sharedOut))} | ${money(facets(asInPaper))} | ${percent(calls / conversations)} | ${money((facets(oneCall) * calls) / conversations)} |`;
}

const config = configOf([]);
const paper = await count(example(), ONCE);
console.log(
  `100,000 conversations of 1,000 tokens, clustered once into 1,000 clusters, as in the paper's example, at the prices of \`config/default.yaml\`; tokens are estimated from characters, with the range of 4 and of 2.3 a token:\n`,
);
byStage(paper);
const then = await count(example(), [...ONCE, PRICES_2024]);
const live = await count(example(), ['cluster.window=100000']);
console.log(
  `The paper says ${money(PAPER.total)}, of which facets ${money(PAPER.facets)}: one call a conversation, with a prompt of 300 tokens and an answer of 100. Our prompt for all facets has ${whole(paper.oneCall - paper.tokensEach)} with its schema, and its answer is taken to have ${config.claude.answer_tokens.facets}. Ours is ${percent((paper.estimate.dollarsPer100k ?? 0) / PAPER.total)} of it; at the prices of 2024 it were ${money(then.estimate.dollarsPer100k)}, of which facets ${money(facetsOf(then.estimate))}. Live, with clusters named anew whenever the window has doubled, ${money(live.estimate.dollarsPer100k)}. With facets by message batches, which cost half, ${money((paper.estimate.dollarsPer100k ?? 0) - facetsOf(paper.estimate) / 2)}.\n`,
);
console.log(
  `What is saved, in dollars of facets per 100,000 conversations. Four calls, one a facet: with our instructions shared out among them, which is the least they could cost, and with the 300 tokens of instructions each that the paper's example has. The cache keeps ${whole(config.claude.cache)} answers; texts are asked about as often as they stand in their source.\n`,
);
console.log(
  '| texts | conversations | tokens each | one call | four, shared out | four, as in the paper | known to the cache | it saves |\n|---|---|---|---|---|---|---|---|',
);
console.log(onData("the paper's example", paper, config));
if (existsSync(join(DATA, 'crisislex-t6-sandy-oklahoma.jsonl.gz'))) {
  for (const [title, make] of [
    ['requests: clinc150, oasst1, hh-harmless', requests],
    ['dialogues: hh-harmless', dialogues],
    ['tweets around two disasters', tweets],
  ] as const)
    console.log(onData(title, await count(make(), []), config));
} else console.log('| the data sets are not on this machine | | | | | | | |');
console.log(onData('the demo, a day, written from templates', await count(demo(), []), config));
