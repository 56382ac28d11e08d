import { describe, expect, it } from 'vitest';
import { parseRoute } from '../../src/console/hooks/use-route.ts';
import {
  count,
  dollars,
  figure,
  isNewborn,
  language,
  percent,
  span,
  times,
  total,
  unnamed,
  when,
} from '../../src/console/state/format.ts';
import { clusterView, NOON } from '../support/view-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('figures', () => {
  it('have as many digits as say something', () => {
    expect([0, 0.123, 2.04, 21.3, 1_234, 123_456].map(figure)).toEqual([
      '0',
      '0.12',
      '2',
      '21',
      '1,234',
      '123.5K',
    ]);
    expect([0.71, 3.97, 12.4, 5_000].map(times)).toEqual(['0.7×', '4.0×', '12×', '>999×']);
    expect([0, 0.004, 0.256].map(percent)).toEqual(['0%', '<1%', '26%']);
    expect([0, 0.001, 12.5].map(dollars)).toEqual(['$0.00', '<$0.01', '$12.50']);
    expect(count(4_012)).toBe('4,012');
    expect(total(1_240, 90)).toBe('≈\u00a01,240 ±\u00a090');
    expect([total(1_240, undefined), total(1_240, 0)]).toEqual(['1,240', '1,240']);
  });

  it('name spans of time by their two largest units', () => {
    expect([5_000, 12 * MINUTE, 200 * MINUTE, 3 * HOUR, 98 * HOUR].map(span)).toEqual([
      '5 s',
      '12 min',
      '3 h 20 min',
      '3 h',
      '4 d 2 h',
    ]);
  });

  it('write the day only of times that are not of today', () => {
    expect(when(NOON - HOUR, NOON)).toBe('11:00');
    expect(when(NOON - 24 * HOUR, NOON)).toBe('28 Feb, 12:00');
  });

  it('name languages, and leave alone what is no language', () => {
    expect(['de', 'no such tag!'].map(language)).toEqual(['German', 'no such tag!']);
  });

  it('say of an unnamed cluster how large it is, and why it has no name', () => {
    expect(unnamed('pending', 20)).toBe('pending · about 20 conversations');
    expect(unnamed('hidden', 340)).toBe('name withheld · about 340 conversations');
    expect(unnamed('pending', 0)).toBe('pending · a few conversations');
  });

  it('call a cluster new for a day, if it was born of outliers', () => {
    const born = { born_at: NOON - HOUR };
    expect(isNewborn(clusterView('c1', { ...born, origin: 'newborn' }), NOON)).toBe(true);
    expect(isNewborn(clusterView('c1', { ...born, origin: 'newborn' }), NOON + 24 * HOUR)).toBe(false);
    expect(isNewborn(clusterView('c1', { ...born, origin: 'rebuild' }), NOON)).toBe(false);
  });
});

describe('addresses', () => {
  it('name the view', () => {
    expect(parseRoute('', 'live')).toEqual({ tab: 'live', cluster: null });
    expect(parseRoute('#/hierarchy', 'live')).toEqual({ tab: 'hierarchy', cluster: null });
  });

  it('show a cluster over the view that was open', () => {
    expect(parseRoute('#/clusters/c%201', 'hierarchy')).toEqual({ tab: 'hierarchy', cluster: 'c 1' });
    expect(parseRoute('#/clusters/%E0%A4%A', 'live')).toEqual({ tab: 'live', cluster: '%E0%A4%A' });
  });
});
