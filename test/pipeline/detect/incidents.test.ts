import { describe, expect, it } from 'vitest';
import { Incidents } from '../../../src/pipeline/detect/incidents.ts';
import { HOUR, NOON } from '../../support/pipeline-rig.ts';

/** Near are those that begin with the same letter. */
const near = (one: string, other: string) => one[0] === other[0];

describe('incidents', () => {
  it('are of alerts at clusters near each other', () => {
    const incidents = new Incidents(near);
    expect(incidents.join('a1', 'storm', NOON)).toBe('a1');
    expect(incidents.join('a2', 'mortgage', NOON)).toBe('a2');
    expect(incidents.join('a3', 'surge of water', NOON + HOUR)).toBe('a1');
  });

  it('are the same for a cluster that grows again', () => {
    const incidents = new Incidents(() => false);
    incidents.join('a1', 'storm', NOON);
    incidents.end('a1', NOON + HOUR);
    expect(incidents.join('a2', 'storm', NOON + 2 * HOUR)).toBe('a1');
  });

  it('last as long as one of their alerts fires, and some hours more', () => {
    const incidents = new Incidents(near);
    incidents.join('a1', 'storm', NOON);
    expect(incidents.join('a2', 'sandy', NOON + 30 * HOUR)).toBe('a1');
    incidents.end('a1', NOON + 31 * HOUR);
    incidents.end('a2', NOON + 31 * HOUR);
    expect(incidents.join('a3', 'sea', NOON + 36 * HOUR)).toBe('a1');
    incidents.end('a3', NOON + 37 * HOUR);
    expect(incidents.join('a4', 'shelter', NOON + 44 * HOUR)).toBe('a4');
  });

  it('go on at the heir of a cluster that is gone', () => {
    const incidents = new Incidents(near);
    incidents.join('a1', 'storm', NOON);
    incidents.inherit('storm', 'hurricane');
    expect(incidents.join('a2', 'harbour', NOON)).toBe('a1');
    expect(incidents.join('a3', 'sandy', NOON)).toBe('a3');
  });

  it('are known after a restart', () => {
    const before = new Incidents(near);
    before.join('a1', 'storm', NOON);
    before.end('a1', NOON);
    const incidents = new Incidents(near);
    incidents.restore(JSON.parse(JSON.stringify(before.state())));
    expect(incidents.join('a2', 'sandy', NOON + HOUR)).toBe('a1');
  });
});
