/** Settings to sampling: what admit takes, and on which panels detect tests. */
import { panelShares } from '../algorithms/sampling/chance.ts';
import { Sampling } from '../pipeline/admit/sampling.ts';
import type { Clock } from '../ports/clock.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Config } from './config.ts';

/** Of the paper's conversations (1,000 tokens behind a prompt of 300) with answers as long as ours. */
const USUAL_TOKENS = { input: 1_300, output: 300 };

export function makeSampling(config: Config, clock: Clock, telemetry: Telemetry): Sampling {
  const { strategy, share, dollars_per_hour, calls_per_hour } = config.intake.sampling;
  const { prices, summarizer_model: model } = config.claude;
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  const { input, output } = USUAL_TOKENS;
  const dollars = (input * (price?.input ?? 0) + output * (price?.output ?? 0)) / 1e6;
  const budgets = { dollars: dollars_per_hour, calls: calls_per_hour };
  return new Sampling(
    { strategy, share, least: leastShare(config), budgets, prior: { dollars, calls: 1 } },
    clock,
    telemetry,
  );
}

const leastShare = ({ intake: { sampling } }: Config): number =>
  Math.min(sampling.least_share, sampling.share);

export function panelsOf(config: Config): number[] {
  const { strategy, share } = config.intake.sampling;
  return strategy === 'all' ? [1] : panelShares(share, leastShare(config));
}
