import type { Telemetry } from '../../ports/telemetry.ts';

/** Dollars per million tokens. */
export type Price = {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
};

export type Usage = {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens?: number | null | undefined;
  readonly cache_creation_input_tokens?: number | null | undefined;
};

export const KINDS = ['input', 'output', 'cache_read', 'cache_write'] as const;
type Tokens = { readonly [kind in keyof Price]?: number };

/** All that a call is paid by. */
export function tokensOf(usage: Usage): Required<Tokens> {
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cache_read: usage.cache_read_input_tokens ?? 0,
    cache_write: usage.cache_creation_input_tokens ?? 0,
  };
}

/** By the prices of a model. */
export function dollarsOf(
  price: Price,
  { input = 0, output = 0, cache_read = 0, cache_write = 0 }: Tokens,
): number {
  const millionths =
    input * price.input +
    output * price.output +
    cache_read * price.cache_read +
    cache_write * price.cache_write;
  return millionths / 1e6;
}

/** null: the model has none. */
export function priceOf(prices: Readonly<Record<string, Price>>, model: string): Price | null {
  return Object.hasOwn(prices, model) ? (prices[model] ?? null) : null;
}

type Events = Pick<Telemetry, 'llmTokens' | 'llmDollars' | 'note'>;

/**
 * Counts tokens and dollars by stage and model. A model without a price: tokens only, said once.
 * @param onAnswer told of every answer, with dollars as far as prices are known
 */
export function createSpending(
  prices: Readonly<Record<string, Price>>,
  telemetry: Events,
  onAnswer: (stage: string, dollars: number) => void,
) {
  const unpriced = new Set<string>();

  return function spend(stage: string, model: string, usage: Usage): void {
    const tokens = tokensOf(usage);
    for (const kind of KINDS) if (tokens[kind] > 0) telemetry.llmTokens(stage, model, kind, tokens[kind]);
    const price = priceOf(prices, model);
    if (price !== null) {
      const dollars = dollarsOf(price, tokens);
      telemetry.llmDollars(stage, model, dollars);
      onAnswer(stage, dollars);
      return;
    }
    if (!unpriced.has(model)) {
      unpriced.add(model);
      telemetry.note('warn', 'no price for the model in claude.prices: its dollars are not counted', {
        model,
      });
    }
    onAnswer(stage, 0);
  };
}
