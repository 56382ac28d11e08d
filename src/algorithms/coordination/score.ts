/**
 * One score of how surely the members of a cluster act as one, with its parts (Clio 4.1). It is made for people to look first where
 * it is high; it proves nothing about anybody.
 */
import type { Coordination, CoordinationPart, Usual } from '../../domain/coordination.ts';
import { type Spread, type Synchrony, shareLow } from './spread.ts';

/** What is counted of a cluster. Shares are of its accounts unless they say otherwise. */
export type Figures = {
  readonly conversations: number;
  readonly accounts: number;
  readonly spread: Spread;
  /** Of its conversations: those with a near-duplicate among the others. */
  readonly nearDuplicateRate: number;
  /** Accounts that used the most used template. */
  readonly templateShare: number;
  /** Accounts whose first conversation in the window was here. */
  readonly firstSeenShare: number;
  readonly synchrony: Synchrony;
};

/** From here on a score is called by its signature: more than a template alone where near-duplicates are usual. */
export const SURE = 0.55;

/** Between `from`, where it says nothing, and `to`, where it could not say more. */
const ramp = (x: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (x - from) / (to - from)));

/** A share beyond the usual one, of what there is beyond it. */
const beyond = (share: number, usual: number): number =>
  usual >= 0.9 ? 0 : Math.max(0, (share - usual) / (1 - usual));

const LOG = { perAccount: [Math.log(1.5), Math.log(5)], synchrony: [Math.log(2), Math.log(10)] } as const;

type Weighed = { readonly [P in CoordinationPart['part']]?: number };

/**
 * Two signatures are weighed, and the stronger is the score. *Many accounts, one template*: 0.4 for the template, 0.2 for near-duplicates,
 * and, as far as there is a template, 0.3 for synchrony and 0.1 for accounts first seen here: alone these two are what news looks like. *Few
 * accounts, much traffic*: 0.8 for conversations per account or for the busiest 1%, as the louder of them says, and 0.2 for Gini as far as
 * one of these speaks. Shares count by their lower bound, and only beyond what is usual among clusters, so that few accounts, or a product with fixed prompts, make
 * no score. O(1).
 */
export function scoreOf(figures: Figures, usual: Usual, minAccounts: number): Coordination {
  const many = manyAccounts(figures, usual, minAccounts);
  const few = fewAccounts(figures, usual);
  const [stronger, signature] =
    sum(many) >= sum(few)
      ? ([many, 'many-accounts-one-template'] as const)
      : ([few, 'few-accounts-much-traffic'] as const);
  const score = Math.min(1, sum(stronger));
  const { spread, synchrony } = figures;
  const part = (name: CoordinationPart['part'], value: number, common: number | null): CoordinationPart => ({
    part: name,
    value: rounded(value),
    usual: common === null ? null : rounded(common),
    contribution: rounded(stronger[name] ?? 0),
  });
  return {
    score: rounded(score),
    signature: score >= SURE ? signature : null,
    conversations: figures.conversations,
    accounts: figures.accounts,
    parts: [
      part('conversations_per_account', spread.perAccount, usual.conversations_per_account),
      part('top1_share', spread.top1, spread.equalTop1),
      part('gini', spread.gini, null),
      part('near_duplicate_rate', figures.nearDuplicateRate, usual.near_duplicate_rate),
      part('template_share', figures.templateShare, usual.template_share),
      part('first_seen_share', figures.firstSeenShare, usual.first_seen_share),
      part('synchrony', synchrony.ratio, 1),
    ],
  };
}

function manyAccounts(figures: Figures, usual: Usual, minAccounts: number): Weighed {
  const { accounts, conversations } = figures;
  const enough = figures.templateShare * accounts >= minAccounts;
  const low = (share: number, n: number, common: number) => beyond(shareLow(share, n), common);
  const template = enough ? ramp(low(figures.templateShare, accounts, usual.template_share), 0.1, 0.5) : 0;
  const alike = low(figures.nearDuplicateRate, Math.min(accounts, conversations), usual.near_duplicate_rate);
  const fresh = low(figures.firstSeenShare, accounts, usual.first_seen_share);
  return {
    template_share: 0.4 * template,
    near_duplicate_rate: enough ? 0.2 * ramp(alike, 0.2, 0.8) : 0,
    first_seen_share: 0.1 * template * ramp(fresh, 0.1, 0.6),
    synchrony: 0.3 * template * ramp(Math.log(Math.max(1, figures.synchrony.low)), ...LOG.synchrony),
  };
}

function fewAccounts({ spread }: Figures, usual: Usual): Weighed {
  const times = spread.perAccount / Math.max(1, usual.conversations_per_account);
  const each = ramp(Math.log(Math.max(1, times)), ...LOG.perAccount);
  const busiest = ramp(beyond(spread.top1, spread.equalTop1), 0.15, 0.6);
  const louder = Math.max(each, busiest);
  const shared = louder === 0 ? 0 : (0.8 * louder) / (each + busiest);
  return {
    conversations_per_account: shared * each,
    top1_share: shared * busiest,
    gini: 0.2 * louder * ramp(spread.gini, 0.3, 0.8),
  };
}

const sum = (weighed: Weighed): number => Object.values(weighed).reduce((all, one) => all + one, 0);
const rounded = (x: number): number => Math.round(x * 1e4) / 1e4;
