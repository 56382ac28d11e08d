import { describe, expect, it } from 'vitest';
import { explain } from '../../src/pipeline/explain.ts';
import { makeAlert } from '../support/emit-rig.ts';

const at = (time: string): number => Date.parse(`2026-11-${time}Z`);

describe('what an alert says of itself', () => {
  it.each([
    ['without the day on the same day', '28T09:05', '28T10:01', 'since 09:05 UTC'],
    ['with it on another', '27T20:36', '28T01:35', 'since 27 Nov 20:36 UTC'],
  ])('is since when, %s', (_, onset, now, told) => {
    for (const kind of ['new', 'surge'] as const) {
      const alert = makeAlert('a1', { kind, onset: at(onset), updated_at: at(now) });
      expect(explain(alert, 'above-threshold')).toContain(told);
    }
  });
});
