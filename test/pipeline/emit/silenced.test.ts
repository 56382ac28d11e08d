import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliowatchError } from '../../../src/domain/errors.ts';
import type { Silenced } from '../../../src/pipeline/emit/silences.ts';
import { DeliveryRig, MASKED, SHOWN } from '../../support/delivery-rig.ts';
import { makeAlert } from '../../support/emit-rig.ts';
import { HOUR, MINUTE, metric } from '../../support/pipeline-rig.ts';

const SILENCED: Silenced = { until: 90 * 24 * HOUR, by: 'olga', note: null, from: null };
const keys = (rig: DeliveryRig) => rig.told.map(({ key, state }) => `${key} ${state}`);
const down = () => new CliowatchError('sink/down', 'down', { retry: true });

async function silencedRig(name?: string, repeats?: boolean): Promise<DeliveryRig> {
  const rig = new DeliveryRig(name, repeats);
  rig.silenced = SILENCED;
  return rig;
}

/** Time passes in which nothing may happen: what is written again every heartbeat would grow the log without end. */
async function quiet(rig: DeliveryRig, hours = 30): Promise<void> {
  const written = rig.written;
  for (let hour = 0; hour < hours; hour++) await rig.wait(HOUR);
  expect(rig.written).toBe(written);
}

describe('1 an alert that fires while its cluster is silenced', () => {
  it('is told nobody, is counted, waits for nobody, and is told once the silence has ended, however long it was', async () => {
    const rig = await silencedRig();
    await rig.pushNow(makeAlert('a1', { revision: 1 }));
    await quiet(rig);
    rig.restart();
    await quiet(rig);
    expect(rig.told).toEqual([]);
    expect(await rig.count('silenced')).toBe(1);
    expect(await metric(rig.telemetry, 'cliowatch_alert_undelivered_age_seconds', { sink: 'webhook' })).toBe(
      0,
    );
    rig.silenced = null;
    await rig.wait(1_000);
    rig.restart();
    await quiet(rig, 3);
    expect(keys(rig)).toEqual(['a1:1 firing']);
    expect(await rig.count('too-old')).toBe(0);
    await rig.pushNow(makeAlert('a1', { revision: 2, state: 'resolved' }));
    expect(keys(rig)).toEqual(['a1:1 firing', 'a1:2 resolved']);
  });

  it('is told nobody though it was about to be', async () => {
    const rig = new DeliveryRig();
    // While a sink takes the first, somebody silences the cluster.
    rig.fails = () => {
      rig.silenced = SILENCED;
      return null;
    };
    await rig.pushNow(makeAlert('a1', { revision: 1 }), makeAlert('a2', { revision: 1 }));
    await rig.wait(HOUR);
    await quiet(rig);
    expect(keys(rig)).toEqual(['a1:1 firing']);
    rig.silenced = null;
    rig.fails = null;
    await rig.wait(HOUR);
    expect(keys(rig)).toEqual(['a1:1 firing', 'a2:1 firing']);
  });

  it('is told in its newest state alone', async () => {
    const rig = await silencedRig();
    for (const revision of [1, 2, 3]) await rig.pushNow(makeAlert('a1', { revision }));
    rig.silenced = null;
    await rig.wait(1_000);
    expect(keys(rig)).toEqual(['a1:3 firing']);
  });

  it('and ends in it was never there for a sink, then or later', async () => {
    const rig = await silencedRig();
    await rig.pushNow(makeAlert('a1', { revision: 1 }));
    await rig.pushNow(makeAlert('a1', { revision: 2, state: 'resolved' }));
    await rig.wait(HOUR);
    expect(rig.held).toBe(0);
    rig.silenced = null;
    rig.restart();
    await rig.wait(HOUR);
    expect(rig.told).toEqual([]);
    expect(rig.held).toBe(0);
  });

  it('and ends after it, while no process was there to tell, was not either', async () => {
    const rig = await silencedRig();
    await rig.pushNow(makeAlert('a1', { revision: 1 }));
    rig.silenced = null;
    await rig.pushNow(makeAlert('a1', { revision: 2, state: 'resolved' }));
    await rig.wait(HOUR);
    expect(rig.told).toEqual([]);
    expect(rig.held).toBe(0);
  });

  it('is not told by a sink that is down when it was owed before the silence, and is after it', async () => {
    const rig = new DeliveryRig();
    rig.fails = down;
    await rig.pushNow(makeAlert('a1', { revision: 1 }));
    rig.silenced = SILENCED;
    rig.fails = null;
    await rig.wait(HOUR);
    await quiet(rig);
    expect(rig.told).toEqual([]);
    rig.silenced = null;
    await rig.wait(HOUR);
    expect(keys(rig)).toEqual(['a1:1 firing']);
  });
});

describe('2 an alert that was told before the silence', () => {
  it('has its end told in the silence, once', async () => {
    const rig = new DeliveryRig();
    await rig.pushNow(makeAlert('a1', { revision: 1 }));
    rig.silenced = SILENCED;
    await rig.pushNow(makeAlert('a1', { revision: 2, severity: 'page' }));
    await quiet(rig);
    expect(keys(rig)).toEqual(['a1:1 firing']);
    await rig.pushNow(makeAlert('a1', { revision: 3, state: 'resolved' }));
    expect(keys(rig)).toEqual(['a1:1 firing', 'a1:3 resolved']);
    await rig.wait(HOUR);
    rig.silenced = null;
    await rig.wait(HOUR);
    expect(rig.told).toHaveLength(2);
    expect(rig.held).toBe(0);
  });

  it('has its end told also when the sink was down, and the silence ended meanwhile', async () => {
    const rig = new DeliveryRig();
    await rig.pushNow(makeAlert('a1', { revision: 1 }));
    rig.silenced = SILENCED;
    await rig.pushNow(makeAlert('a1', { revision: 2, severity: 'page' }));
    rig.fails = down;
    await rig.pushNow(makeAlert('a1', { revision: 3, state: 'resolved' }));
    await rig.wait(HOUR);
    rig.silenced = null;
    rig.restart();
    rig.fails = null;
    await rig.wait(HOUR);
    await rig.wait(HOUR);
    expect(keys(rig)).toEqual(['a1:1 firing', 'a1:3 resolved']);
  });

  it('is told after it what has changed in it, and nothing when nothing has', async () => {
    const rig = new DeliveryRig();
    await rig.pushNow(makeAlert('a1', { revision: 1 }), makeAlert('a2', { revision: 1 }));
    rig.silenced = SILENCED;
    await rig.pushNow(makeAlert('a1', { revision: 2, severity: 'page' }));
    rig.silenced = null;
    await rig.wait(HOUR);
    await rig.wait(HOUR);
    expect(keys(rig)).toEqual(['a1:1 firing', 'a2:1 firing', 'a1:2 firing']);
  });

  it('is not repeated to a receiver that forgets while the silence lasts, and is again after it', async () => {
    const rig = new DeliveryRig('alertmanager', true);
    await rig.pushNow(makeAlert('a1', { revision: 1 }));
    await rig.wait(MINUTE);
    const before = rig.repeated.length;
    expect(before).toBeGreaterThan(0);
    rig.silenced = SILENCED;
    for (let i = 0; i < 5; i++) await rig.wait(MINUTE);
    expect(rig.repeated).toHaveLength(before);
    rig.silenced = null;
    await rig.wait(MINUTE);
    expect(rig.repeated.at(-1)?.map(({ key }) => key)).toEqual(['a1:1']);
  });
});

describe('3 a silenced cluster that may be shown by now', () => {
  it('has its alert told by name after the silence, also one that has ended', async () => {
    const rig = new DeliveryRig();
    rig.standing = MASKED;
    await rig.pushNow(makeAlert('a1', { revision: 1 }), makeAlert('a2', { revision: 1 }));
    await rig.pushNow(makeAlert('a2', { revision: 2, state: 'resolved' }));
    rig.silenced = SILENCED;
    rig.standing = SHOWN;
    await rig.wait(1_000);
    await quiet(rig);
    expect(keys(rig)).toEqual(['a1:1:masked firing', 'a2:1:masked firing', 'a2:2:masked resolved']);
    rig.silenced = null;
    await rig.wait(1_000);
    await rig.wait(1_000);
    expect(keys(rig).slice(3)).toEqual(['a1:1 firing', 'a2:2 resolved']);
  });
});

describe('4 an alert of a cluster whose generation is not known yet', () => {
  it('waits for it, as the cluster may have inherited a silence, but not for ever', async () => {
    const rig = new DeliveryRig();
    rig.known = false;
    await rig.pushNow(makeAlert('a1', { revision: 1 }), makeAlert('a2', { revision: 1 }));
    await rig.wait(1_000);
    expect(rig.told).toEqual([]);
    rig.silenced = SILENCED;
    rig.known = true;
    await rig.wait(1_000);
    expect(rig.told).toEqual([]);

    const alone = new DeliveryRig();
    alone.known = false;
    await alone.pushNow(makeAlert('a1', { revision: 1 }));
    await alone.wait(59_000);
    expect(alone.told).toEqual([]);
    await alone.wait(1_000);
    expect(keys(alone)).toEqual(['a1:1 firing']);
  });
});

describe('5 whatever happens, in whatever order', () => {
  type Step = 'fires' | 'changes' | 'ends' | 'silence' | 'speak' | 'down' | 'up' | 'restart' | 'wait';
  const steps = fc.array(
    fc.constantFrom<Step>('fires', 'changes', 'ends', 'silence', 'speak', 'down', 'up', 'restart', 'wait'),
    { maxLength: 40 },
  );

  /** All told since is the end of what was told before. */
  function expectEnds(rig: DeliveryRig, before: number): void {
    for (const { key, state } of rig.told.slice(before)) {
      const [id] = key.split(':');
      const known = rig.told.slice(0, before).some(({ key: told }) => told.startsWith(`${id}:`));
      expect({ key, state, known }).toEqual({ key, state: 'resolved', known: true });
    }
  }

  it('nothing is told twice, in a silence ends alone are, and after all what fires is known as it is, and what was known to fire to have ended', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const rig = new DeliveryRig();
        const alerts: { revision: number; firing: boolean }[] = [];
        const write = async (firing: boolean) => {
          const alert = alerts.at(-1);
          if (alert === undefined || !alert.firing) return;
          alert.revision++;
          alert.firing = firing;
          const state = firing ? 'firing' : 'resolved';
          await rig.pushNow(makeAlert(`a${alerts.length}`, { revision: alert.revision, state }));
        };
        const act: Record<Step, () => unknown> = {
          fires: () => {
            if (alerts.at(-1)?.firing === true) return undefined;
            alerts.push({ revision: 0, firing: true });
            return write(true);
          },
          changes: () => write(true),
          ends: () => write(false),
          silence: () => {
            rig.silenced = SILENCED;
          },
          speak: () => {
            rig.silenced = null;
          },
          down: () => {
            rig.fails = down;
          },
          up: () => {
            rig.fails = null;
          },
          restart: () => rig.restart(),
          wait: () => rig.wait(MINUTE),
        };
        for (const step of list) {
          const before = rig.told.length;
          await act[step]();
          if (rig.silenced !== null) expectEnds(rig, before);
        }
        rig.fails = null;
        rig.silenced = null;
        for (let i = 0; i < 3; i++) await rig.wait(MINUTE);
        expect(new Set(keys(rig)).size).toBe(rig.told.length);
        for (const [i, { revision, firing }] of alerts.entries()) {
          const last = rig.told.filter(({ key }) => key.startsWith(`a${i + 1}:`)).at(-1);
          if (firing) expect(last).toMatchObject({ key: `a${i + 1}:${revision}`, state: 'firing' });
          else if (last !== undefined) expect(last).toMatchObject({ state: 'resolved' });
        }
        expect(rig.held).toBe(alerts.filter(({ firing }) => firing).length);
      }),
      { numRuns: 150 },
    );
  });
});
