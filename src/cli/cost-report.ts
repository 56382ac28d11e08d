/** An estimate of cost, as a table and as JSON. */
import { BATCH_PRICE_SHARE } from '../adapters/anthropic/batches.ts';
import { ASCII_PER_TOKEN, OTHER_PER_TOKEN, TOKEN_BAND } from '../algorithms/text-tokens.ts';
import type { CostEstimate } from '../app/cost.ts';
import type { BadLines } from './bad-lines.ts';

/**
 * Dollars per 100,000 conversations in Clio's paper: of 1,000 tokens each, with a prompt of 300 and an answer of 100, clusters of 100,
 * and the models and prices of 2024 (Tamkin et al. 2024).
 */
const PAPER = { total: 48.81, facets: 45 };

const BASIS =
  `Tokens are estimated: ${ASCII_PER_TOKEN} characters of ASCII a token, ${OTHER_PER_TOKEN} of other scripts. The range is that of 4 and of 2.3 characters\n` +
  'a token, for input alone; output is claude.answer_tokens a call, and as long as what was asked for where that has none.\n' +
  'Names and the tree are counted for the rebuilds while the window fills, and per 100,000 in proportion, though a full\n' +
  'window needs no more. Sampling is counted by its share. Not counted: budgets, later renames, second tries, prompt caching,\n' +
  'names in spaces of other facets and of watches.\n';

export function costTable(estimate: CostEstimate): string {
  const { stages, saved, dollars, dollarsPer100k, conversations } = estimate;
  const per = 100_000 / Math.max(1, conversations.summarized);
  const rows = [
    ['stage', 'model', 'calls', 'input tokens', 'output tokens', 'dollars', 'per 100,000'],
    ...stages.map(({ stage, model, calls, inputTokens, outputTokens, dollars: cost }) => [
      stage,
      model,
      whole(calls),
      whole(inputTokens),
      whole(outputTokens),
      money(cost),
      money(cost === null ? null : cost * per),
    ]),
    [
      'total',
      '',
      sum(stages.map(({ calls }) => calls)),
      '',
      '',
      money(dollars?.middle ?? null),
      money(dollarsPer100k),
    ],
  ];
  const range = dollars === null ? '' : `range    $${money(dollars.low)} to $${money(dollars.high)}\n`;
  return (
    `${aligned(rows)}\n${range}` +
    `cache    saves ${whole(saved.calls)} calls, $${money(saved.dollars)}\n` +
    `batch    replay --batch: $${money(byBatch(estimate))} for facets\n` +
    `paper    $${PAPER.total} per 100,000, of which facets $${PAPER.facets.toFixed(2)}${share(dollarsPer100k)}\n\n` +
    `${counted(estimate)}\n${BASIS}${unpriced(estimate)}`
  );
}

export function costJson(estimate: CostEstimate, read: number, bad: BadLines): string {
  const { conversations, clusters, stages, saved, dollars, dollarsPer100k } = estimate;
  const told = {
    conversations: {
      read,
      summarized: conversations.summarized,
      snapshots: conversations.snapshots,
      duplicates: conversations.duplicates,
      zero_retention: conversations.zeroRetention,
      no_user_text: conversations.noUserText,
      out_of_time: conversations.outOfTime,
      sampled_out: conversations.sampledOut,
    },
    clusters_named: clusters,
    stages: stages.map(({ stage, model, calls, inputTokens, outputTokens, dollars: cost }) => ({
      stage,
      model,
      calls,
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      dollars: cost,
    })),
    saved_by_cache: saved,
    dollars,
    dollars_per_100k: dollarsPer100k,
    facets_dollars_by_batch: byBatch(estimate),
    paper_dollars_per_100k: PAPER.total,
    characters_per_token: { ascii: ASCII_PER_TOKEN, other: OTHER_PER_TOKEN, band: TOKEN_BAND },
    bad_lines: bad.count,
    first_bad_lines: bad.first,
    bad_lines_not_listed: bad.unlisted,
    broken_files: bad.ends,
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

function counted({ conversations: c, clusters }: CostEstimate): string {
  return (
    `${whole(c.summarized)} conversations, ${whole(c.snapshots)} longer snapshots of them; without a call: ` +
    `${whole(c.duplicates)} duplicates, ${whole(c.zeroRetention)} of zero retention, ${whole(c.noUserText)} without user text, ` +
    `${whole(c.outOfTime)} of a time that is not taken, ${whole(c.sampledOut)} left out by sampling. ` +
    `${whole(clusters)} clusters named.`
  );
}

/** Dollars of facets, all by message batches. */
function byBatch({ stages }: CostEstimate): number | null {
  const facets = stages.find(({ stage }) => stage === 'facets');
  if (facets === undefined) return 0;
  return facets.dollars === null ? null : BATCH_PRICE_SHARE * facets.dollars;
}

function unpriced({ stages }: CostEstimate): string {
  const models = new Set(stages.filter(({ dollars }) => dollars === null).map(({ model }) => model));
  return [...models].map((model) => `No price of ${model}: add it to claude.prices.\n`).join('');
}

const whole = (n: number): string => n.toLocaleString('en-US');
const sum = (numbers: readonly number[]): string => whole(numbers.reduce((all, n) => all + n, 0));
const money = (dollars: number | null): string => (dollars === null ? 'no price' : dollars.toFixed(2));
const share = (dollars: number | null): string =>
  dollars === null ? '' : `; this is ${((100 * dollars) / PAPER.total).toFixed(0)}% of it`;

/** Words to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
