import { describe, expect, it } from 'vitest';
import {
  rebuildDue,
  type ScheduleSettings,
  type ScheduleState,
} from '../../../src/pipeline/cluster/schedule.ts';
import { HOUR, NOON } from '../../support/pipeline-rig.ts';

const SETTINGS: ScheduleSettings = {
  firstAt: 400,
  rebuildMs: 24 * HOUR,
  growth: 2,
  outlierRate: 0.35,
  similarityDrop: 0.06,
  ambiguityRise: 0.1,
  minGapMs: 2 * HOUR,
};
const BEFORE = { at: NOON, samples: 1_000 };
const calm: ScheduleState = {
  now: NOON + 3 * HOUR,
  samples: 1_200,
  last: BEFORE,
  outlierRate: 0.1,
  since: 500,
  similarityDrop: 0.02,
  ambiguityRise: 0.02,
};

describe('a rebuild', () => {
  const cases: readonly [what: string, change: Partial<ScheduleState>, verdict: string, because: string][] = [
    ['waits for enough samples', { last: null, samples: 399 }, 'wait', 'too-few-samples'],
    ['is due when there never was one', { last: null, samples: 400 }, 'rebuild', 'first'],
    ['waits while nothing changes', {}, 'wait', 'nothing-changed'],
    ['is due at once when the window has doubled', { samples: 2_000, now: NOON + 1 }, 'rebuild', 'grown'],
    ['is due after a day', { now: NOON + 24 * HOUR }, 'rebuild', 'scheduled'],
    ['is due when many samples fit no cluster', { outlierRate: 0.4 }, 'rebuild', 'drift'],
    [
      'is not due for that so soon after the last',
      { outlierRate: 0.4, now: NOON + HOUR },
      'wait',
      'too-soon',
    ],
    ['is due when samples lie further from their clusters', { similarityDrop: 0.07 }, 'rebuild', 'drift'],
    ['is due when more of them lie between two clusters', { ambiguityRise: 0.11 }, 'rebuild', 'drift'],
    ['is not due for that on few samples', { outlierRate: 0.9, since: 199 }, 'wait', 'nothing-changed'],
  ];
  for (const [what, change, verdict, because] of cases) {
    it(what, () => {
      expect(rebuildDue({ ...calm, ...change }, SETTINGS)).toEqual({ verdict, because });
    });
  }
});
