import { describe, expect, it } from 'vitest';
import { alertSchema } from '../../../src/domain/alert.ts';
import { decide, type Evidence, type OpenAlert } from '../../../src/pipeline/detect/lifecycle.ts';
import { MINUTE, NOON } from '../../support/pipeline-rig.ts';

const SETTINGS = { minAccounts: 8, ratioOpen: 1.2, closeAfterMs: 60 * MINUTE };
const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  kind: 'surge',
  score: 15,
  watch: 14,
  page: 16,
  accounts60: 30,
  ratio60: 3,
  ratioLow60: 2,
  accounts: 40,
  ...change,
});
/** An alert that fired and was last told at NOON. */
const firing = (change: Partial<OpenAlert> = {}): OpenAlert => ({
  alert: alertSchema.parse({
    id: 'a1',
    revision: 1,
    kind: 'surge',
    space: 'all/request',
    cluster: 'c1',
    state: 'firing',
    severity: 'watch',
    onset: NOON,
    pending_at: NOON,
    fired_at: NOON,
    resolved_at: null,
    updated_at: NOON,
    observed: 30,
    expected: 10,
    ratio: 3,
    ratio_low: 2,
    window_minutes: 60,
    windows: [],
    accounts: 40,
    conversations: 60,
    conversations_per_account: 1.5,
    top_account_share: 0.1,
    pattern: 'organic',
    score: 15,
    threshold: 14,
    reason: '',
  }),
  grewAt: NOON,
  toldRatio: 3,
  toldAccounts: 40,
  ...change,
});

describe('an alert', () => {
  it('of one account is never one, whatever the evidence', () => {
    const verdict = decide(null, evidence({ score: 40, accounts: 1 }), NOON, SETTINGS);
    expect(verdict).toEqual({ verdict: 'quiet', because: 'one-account' });
  });

  it('of too few accounts waits for them', () => {
    const verdict = decide(null, evidence({ accounts: 7 }), NOON, SETTINGS);
    expect(verdict).toMatchObject({ verdict: 'open', state: 'pending', because: 'too-few-accounts' });
    expect(decide(null, evidence({ accounts: 8 }), NOON, SETTINGS)).toMatchObject({ state: 'firing' });
  });

  it('tells its figures anew every quarter of an hour while it grows', () => {
    const at = (minutes: number, change: Partial<Evidence> = {}) =>
      decide(firing(), evidence(change), NOON + minutes * MINUTE, SETTINGS);
    expect(at(14)).toEqual({ verdict: 'keep', because: 'still-growing' });
    expect(at(15)).toEqual({ verdict: 'update', because: 'refreshed' });
    expect(at(15, { ratioLow60: 1 })).toEqual({ verdict: 'keep', because: 'waiting-to-close' });
    expect(at(1, { ratio60: 6 })).toEqual({ verdict: 'update', because: 'doubled' });
    expect(at(1, { accounts: 60 })).toEqual({ verdict: 'update', because: 'more-accounts' });
  });
});
