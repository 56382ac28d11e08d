import { expect, it } from 'vitest';
import { report } from '../../src/cli/backtest-report.ts';
import { BadLines } from '../../src/cli/bad-lines.ts';
import { makeAlert } from '../support/emit-rig.ts';

it('a backtest says of each alert what has shifted', () => {
  const shift = {
    facet: 'language',
    value: 'hi',
    share: 0.62,
    before: 0.15,
    ratio: 4.13,
    low: 2.6,
    high: 6.31,
  };
  const { alerts } = report(
    {
      alerts: [makeAlert('a1', { shifted: [shift] })],
      names: new Map([['c1', 'Refunds']]),
      clusters: [],
      generation: 1,
      rollups: [],
      admitted: 1,
      deadLetters: 0,
      late: 0,
      zeroRetention: 0,
    },
    { files: [], lines: 1, bad: new BadLines(), seconds: 1 },
  );
  expect(alerts).toMatchObject([{ id: 'a1', name: 'Refunds', shifted: [shift] }]);
});
