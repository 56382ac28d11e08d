import { expect, it } from 'vitest';
import { GrowthBook } from '../../src/algorithms/growth/book.ts';
import type { TickRow } from '../../src/algorithms/growth/rows.ts';
import type { Alert } from '../../src/domain/alert.ts';
import { Alerting } from '../../src/pipeline/detect/alerting.ts';
import { AlertBook } from '../../src/pipeline/emit/alerts.ts';
import { MINUTE, NOON, SPACE } from '../support/pipeline-rig.ts';

const quiet = { severity: 'quiet', because: 'below-threshold' } as const;

/** Alerting over a book whose onset stands still, told scores minute by minute. */
function play(kind: 'surge' | 'new', scores: readonly number[]): Alert[] {
  const book = new GrowthBook({ watchPerDay: 1, pagePerDay: 0.143, warmupHours: 0, minAccounts: 8 });
  const onset = Math.floor(NOON / MINUTE);
  book.add('c1', onset, 'rebuild');
  book.observe('c1', onset, 5, 5);
  book.close(onset);
  const bar = kind === 'new' ? book.bars.newborn.watch : book.bars.surge.watch;
  const alerting = new Alerting({
    space: SPACE,
    settings: { minAccounts: 8, ratioOpen: 1.2, closeAfterMs: 60 * MINUTE },
    book: () => book,
    behind: {
      concentration: () => ({
        conversations: 20,
        accounts: 20,
        conversationsPerAccount: 1,
        topAccountShare: 0.05,
        sameWording: 0,
        usualSameWording: 0,
      }),
      shifts: () => [],
    },
    accounts24: () => 20,
    near: () => false,
  });
  return scores.flatMap((below, i) => {
    const row: TickRow = {
      cluster: 'c1',
      n: 1,
      a: 1,
      mu: 1,
      n60: 10,
      mu60: 10,
      ratio60: 1,
      ratioLow60: 1,
      score: kind === 'surge' ? bar - below : 0,
      newScore: kind === 'new' ? bar - below : null,
      surge: quiet,
      newborn: quiet,
    };
    return alerting.tick([row], NOON + i * MINUTE);
  });
}

const fadesAndComesBack = [1, ...Array<number>(35).fill(9), 1, 0];

for (const kind of ['surge', 'new'] as const) {
  it(`a ${kind} alert whose evidence faded and came back fires, and is taken for news`, () => {
    const alerts = play(kind, fadesAndComesBack);
    expect(alerts.map(({ state }) => state)).toEqual(['pending', 'expired', 'pending', 'firing']);
    const book = new AlertBook();
    for (const alert of alerts) expect(book.take(alert)).toBe(true);
    expect(book.open().get('c1')).toBe('firing');
  });

  it(`a ${kind} alert has the same id when history is played again, whenever the evidence is noticed`, () => {
    const ids = play(kind, fadesAndComesBack).map(({ id }) => id);
    expect(play(kind, fadesAndComesBack).map(({ id }) => id)).toEqual(ids);
    expect(play(kind, [9, 9, 9, ...fadesAndComesBack]).map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
  });
}
