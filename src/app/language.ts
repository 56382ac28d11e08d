/** Settings to who summarizes and names: Claude, or offline. */
import { type AnswerFile, openAnswerFile } from '../adapters/anthropic/answer-file.ts';
import { createCachedGateway } from '../adapters/anthropic/cached.ts';
import { createAnthropicGateway } from '../adapters/anthropic/gateway.ts';
import { loadLabelerPrompts, loadPrompt } from '../adapters/anthropic/prompts.ts';
import { createClaudeLabeler } from '../adapters/labeler/claude.ts';
import { createOfflineLabeler } from '../adapters/labeler/offline.ts';
import { createClaudeSummarizer } from '../adapters/summarizer/claude.ts';
import { createOfflineSummarizer } from '../adapters/summarizer/offline.ts';
import { redact } from '../algorithms/redact.ts';
import { CliowatchError } from '../domain/errors.ts';
import { addedFacets } from '../domain/facet-definition.ts';
import type { Clock } from '../ports/clock.ts';
import type { Labeler } from '../ports/labeler.ts';
import type { Summarizer } from '../ports/summarizer.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { inData, required } from './adapters.ts';
import type { Config } from './config.ts';

const wantsClaude = (choice: Config['summarizer'], { claude }: Config): boolean =>
  choice === 'claude' || (choice === 'auto' && claude.api_key !== null);

/**
 * Whether Claude is used, and then its key.
 * @throws CliowatchError `config/invalid` when it was chosen and there is no key
 */
export function needClaudeKey(config: Config): string | null {
  const choices = (['summarizer', 'labeler'] as const).filter((name) => wantsClaude(config[name], config));
  if (choices.length === 0) return null;
  const because = choices.map((name) => `${name} is ${config[name]}`).join(', ');
  return required(
    config.claude.api_key,
    'claude.api_key',
    because,
    'set ANTHROPIC_API_KEY, or choose offline',
  );
}

export type Language = {
  readonly summarizer: Summarizer;
  readonly labeler: Labeler;
  /** What the start-up line says of the choice; empty when there is nothing to say. */
  readonly note: string;
  stop(): Promise<void>;
};

/** Claude where chosen, or where a key is there; else offline, and a note that says so. */
export function makeLanguage(
  config: Config,
  clock: Clock,
  telemetry: Telemetry,
  onSpent: (stage: string, dollars: number) => void = () => {},
): Language {
  const onRedacted = (kind: string, count: number): void => telemetry.redacted(kind, count);
  const offline = createOfflineSummarizer({ onRedacted });
  const plain = createOfflineLabeler();
  const apiKey = needClaudeKey(config);
  if (apiKey === null) {
    const chosen = config.summarizer === 'offline' && config.labeler === 'offline';
    const note = chosen
      ? ''
      : 'no API key: summaries and names are made offline; set ANTHROPIC_API_KEY for Claude';
    return {
      summarizer: offline,
      labeler: plain,
      note: [note, unasked(config)].filter((part) => part !== '').join('; '),
      stop: () => stopAll(offline, plain),
    };
  }
  const { claude } = config;
  requirePrices(config);
  const asked = createAnthropicGateway({ ...gatewayOptions(claude), apiKey, telemetry, clock, onSpent });
  const gateway = createCachedGateway(asked, {
    entries: claude.cache,
    file: makeAnswerFile(config),
    telemetry,
  });
  const clean = (text: string): string => {
    const { text: redacted, found } = redact(text);
    for (const [kind, count] of Object.entries(found)) onRedacted(kind, count);
    return redacted;
  };
  const summarizer = wantsClaude(config.summarizer, config)
    ? createClaudeSummarizer({
        gateway,
        model: claude.summarizer_model,
        prompt: loadPrompt('facets'),
        facets: config.facets,
        fallback: offline,
        whenDown: claude.when_down,
        transcriptTokens: claude.transcript_tokens,
        telemetry,
        redact: clean,
      })
    : offline;
  const labeler = wantsClaude(config.labeler, config)
    ? createClaudeLabeler({
        gateway,
        model: claude.labeler_model,
        prompts: loadLabelerPrompts(),
        neighbourhood: config.hierarchy.neighbourhood,
        fallback: plain,
        minAudit: config.privacy.min_audit,
        telemetry,
        redact: clean,
      })
    : plain;
  const note = summarizer === offline ? unasked(config) : '';
  return { summarizer, labeler, note, stop: () => stopAll(summarizer, labeler, gateway) };
}

const gatewayOptions = (claude: Config['claude']) => ({
  baseURL: claude.base_url,
  retries: claude.retries,
  timeoutSeconds: claude.timeout_seconds,
  concurrency: claude.concurrency,
  budgetPerHour: claude.budget_per_hour,
  thinking: claude.thinking,
  prices: claude.prices,
});

/** What nobody answers where conversations are summarized offline. */
function unasked({ facets, watches }: Config): string {
  const silent = [
    ...addedFacets(facets).map(([id]) => `facets.${id}`),
    ...Object.entries(watches).flatMap(([id, { question }]) =>
      question === undefined ? [] : [`watches.${id}.question`],
    ),
  ];
  return silent.length === 0 ? '' : `answered by nobody offline: ${silent.join(', ')}`;
}

/** null: answers are kept in memory alone. */
export function makeAnswerFile(config: Config): AnswerFile | null {
  const { path, entries } = config.claude.cache_file;
  return path === null ? null : openAnswerFile({ path: inData(config, path), entries });
}

/** Without a price the dollars of a model are not known, and a budget would never hold it. */
function requirePrices({ claude, intake }: Config): void {
  const budgets = { 'claude.budget_per_hour': claude.budget_per_hour, ...samplingBudget(intake) };
  const [setting] = Object.entries(budgets).find(([, dollars]) => dollars !== null) ?? [];
  if (setting === undefined) return;
  for (const model of [claude.summarizer_model, claude.labeler_model]) {
    if (Object.hasOwn(claude.prices, model)) continue;
    throw new CliowatchError('config/invalid', `${setting}: needs a price of ${model}`, {
      value: model,
      remedy: 'add the model to claude.prices',
    });
  }
}

const samplingBudget = ({ sampling }: Config['intake']): Record<string, number | null> => ({
  'intake.sampling.dollars_per_hour': sampling.dollars_per_hour,
});

async function stopAll(...parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.stop();
}
