/** Facets of a past by message batches, for half the price: into the file of answers, where admit finds them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerFile } from '../adapters/anthropic/answer-file.ts';
import {
  BATCH_BYTES,
  BATCH_PRICE_SHARE,
  BATCH_REQUESTS,
  type BatchQuestion,
  createMessageBatches,
  type MessageBatches,
} from '../adapters/anthropic/batches.ts';
import { judge } from '../adapters/anthropic/reply.ts';
import { questionKey } from '../adapters/anthropic/request.ts';
import { createSpending, type Price, priceOf } from '../adapters/anthropic/spending.ts';
import { createFacetsQuestions } from '../adapters/summarizer/claude.ts';
import { type Answers, cleanAnswers, lateSchema } from '../adapters/summarizer/questions.ts';
import { redact } from '../algorithms/redact.ts';
import type { Conversation } from '../domain/conversation.ts';
import { CliowatchError } from '../domain/errors.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { makeTokens } from './adapters.ts';
import type { Config } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { makeAnswerFile, needClaudeKey } from './language.ts';
import { createSampled, createScreening, createVerdicts, facetsOptions } from './would-ask.ts';

export type Backfilled = {
  /** Questions sent in a batch by this run. */
  readonly asked: number;
  /** Answers that came, also of batches of an earlier run. */
  readonly answered: number;
  /** What failed or could not be used: admit asks for it once more, one by one. */
  readonly unusable: number;
  /** Questions whose answer was there, or that are the same as another. */
  readonly known: number;
  /** null: claude.prices has no such model. */
  readonly dollars: number | null;
};

type Options = {
  readonly config: Config;
  /** Ends the waiting. Batches that were begun are read by the next run. */
  readonly signal: AbortSignal;
  /** Told of each batch begun or read. */
  readonly tell: (what: string) => void;
  readonly telemetry: Pick<Telemetry, 'llmTokens' | 'llmDollars' | 'note'>;
};

/** @throws CliowatchError `config/batch` when there is nowhere to put answers, or nobody to ask */
export async function backfill(
  conversations: AsyncIterable<Conversation>,
  { config, signal, tell, telemetry }: Options,
): Promise<Backfilled> {
  const { file, batches } = open(config, signal);
  try {
    const run = new Run(config, file, batches, { tell, telemetry });
    // Of a run that was broken off: what it paid for must not be asked for again.
    await run.findLost();
    await run.readAll();
    for await (const conversation of conversations) await run.add(conversation);
    signal.throwIfAborted();
    await run.send();
    await run.readAll();
    return run.result();
  } finally {
    file.close();
  }
}

function open(config: Config, signal: AbortSignal): { file: AnswerFile; batches: MessageBatches } {
  const { claude, summarizer } = config;
  const apiKey = summarizer === 'offline' ? null : needClaudeKey(config);
  if (apiKey === null)
    throw new CliowatchError('config/batch', '--batch asks Claude, and the summarizer is offline', {
      remedy: 'set ANTHROPIC_API_KEY and summarizer: claude',
    });
  openDataFolder(config);
  const file = makeAnswerFile(config);
  if (file === null)
    throw new CliowatchError('config/batch', '--batch needs claude.cache_file.path: the answers go there', {
      remedy: 'give it here and to `run`: claude.cache_file.path=answers.sqlite',
    });
  const batches = createMessageBatches({
    apiKey,
    baseURL: claude.base_url,
    retries: claude.retries,
    thinking: claude.thinking,
    signal,
    wait: (ms, stop) => delay(ms, undefined, { signal: stop }),
  });
  return { file, batches };
}

/** What is answered by batch costs less. */
const batchPrices = (prices: Readonly<Record<string, Price>>): Record<string, Price> =>
  Object.fromEntries(
    Object.entries(prices).map(([model, { input, output, cache_read, cache_write }]) => [
      model,
      {
        input: BATCH_PRICE_SHARE * input,
        output: BATCH_PRICE_SHARE * output,
        cache_read: BATCH_PRICE_SHARE * cache_read,
        cache_write: BATCH_PRICE_SHARE * cache_write,
      },
    ]),
  );

class Run {
  readonly #config: Config;
  readonly #file: AnswerFile;
  readonly #batches: MessageBatches;
  readonly #tell: (what: string) => void;
  readonly #verdictOn: ReturnType<typeof createVerdicts>;
  readonly #isSampled: (conversation: Conversation) => boolean;
  readonly #ask: ReturnType<typeof createFacetsQuestions>;
  readonly #screeningOf: ReturnType<typeof createScreening>;
  /** Keys of all that was sent: 100 bytes each. */
  readonly #sent = new Set<string>();
  #waiting: BatchQuestion[] = [];
  #bytes = 0;
  readonly #spend: ReturnType<typeof createSpending>;
  #dollars = 0;
  readonly #count = { asked: 0, answered: 0, unusable: 0, known: 0 };

  constructor(
    config: Config,
    file: AnswerFile,
    batches: MessageBatches,
    { tell, telemetry }: Pick<Options, 'tell' | 'telemetry'>,
  ) {
    this.#config = config;
    this.#file = file;
    this.#batches = batches;
    this.#tell = tell;
    this.#spend = createSpending(batchPrices(config.claude.prices), telemetry, (_, dollars) => {
      this.#dollars += dollars;
    });
    this.#verdictOn = createVerdicts(config.intake, Date.now());
    const tokens = config.intake.sampling.strategy === 'all' ? null : makeTokens(config);
    // Nobody is paid for whom admit leaves out: by the same key.
    this.#isSampled = createSampled(config.intake, (account) => tokens?.account(account) ?? account);
    this.#ask = createFacetsQuestions(facetsOptions(config));
    this.#screeningOf = createScreening(config);
  }

  async add(conversation: Conversation): Promise<void> {
    const verdict = this.#verdictOn(conversation);
    if (verdict !== 'summarized' && verdict !== 'snapshots') return;
    if (!this.#isSampled(conversation)) return;
    const { clean: _, ...question } = this.#ask(conversation, this.#screeningOf(conversation)).question;
    const key = questionKey(question);
    if (this.#sent.has(key) || this.#file.has(key)) {
      this.#count.known++;
      return;
    }
    this.#sent.add(key);
    this.#waiting.push(question);
    // Characters outside ASCII take up to three bytes.
    this.#bytes += 3 * (question.data.length + question.system.length);
    if (this.#waiting.length >= BATCH_REQUESTS || this.#bytes >= BATCH_BYTES) await this.send();
  }

  async send(): Promise<void> {
    const questions = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    const [first] = questions;
    if (first === undefined) return;
    const meant = this.#file.batchMeant(Date.now(), questions.length, questionKey(first));
    const id = await this.#batches.begin(questions);
    this.#file.batchBegun(id, meant);
    this.#count.asked += questions.length;
    this.#tell(`batch ${id}: ${questions.length} conversations sent; it may take up to 24 hours`);
  }

  /** Batches that were sent and whose id never came: the process was killed, or the answer was lost. */
  async findLost(): Promise<void> {
    for (const { id: meant, at, requests, key } of this.#file.meant()) {
      for (const id of await this.#batches.begunAt(at, requests))
        if (await this.#holds(id, key)) this.#file.batchBegun(id, meant);
      this.#file.meantNoMore(meant);
    }
  }

  /** Others may have a batch that is as large, begun at the same time. */
  async #holds(batch: string, question: string): Promise<boolean> {
    for await (const { key } of this.#batches.replies(batch)) if (key === question) return true;
    return false;
  }

  async readAll(): Promise<void> {
    for (const id of this.#file.batches()) {
      let answered = 0;
      for await (const { key, reply } of this.#batches.replies(id)) {
        if (reply !== null) this.#spend('facets', this.#config.claude.summarizer_model, reply.usage);
        const answer = reply === null ? null : judge(reply, this.#judging);
        if (answer?.kind === 'answer') {
          this.#file.put(key, answer.value);
          answered++;
        } else this.#count.unusable++;
      }
      this.#file.batchRead(id);
      this.#count.answered += answered;
      this.#tell(`batch ${id}: ${answered} answers`);
    }
  }

  /** By the settings of now: with others the answers would fit no question that admit asks. */
  get #judging() {
    const { facets } = this.#config;
    return {
      schema: lateSchema(facets),
      clean: (answers: Answers) => cleanAnswers(answers, facets, (text) => redact(text).text),
    };
  }

  result(): Backfilled {
    const { prices, summarizer_model: model } = this.#config.claude;
    return { ...this.#count, dollars: priceOf(prices, model) === null ? null : this.#dollars };
  }
}
