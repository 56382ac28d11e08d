import { describe, expect, it } from 'vitest';
import { CliowatchError } from '../../../src/domain/errors.ts';
import { MASKED, DeliveryRig as Rig, SHOWN } from '../../support/delivery-rig.ts';
import { makeAlert } from '../../support/emit-rig.ts';
import { HOUR, MINUTE, metric } from '../../support/pipeline-rig.ts';

const down = () => new CliowatchError('sink/down', 'down', { retry: true });
const keys = (rig: Rig) => rig.told.map(({ key }) => key);

describe('1 a sink that answers', () => {
  it('is told every change of an alert that fires or ends, once', async () => {
    const rig = new Rig();
    await rig.push(makeAlert('a1', { revision: 1 }), makeAlert('a2', { revision: 1 }));
    await rig.push(makeAlert('a1', { revision: 2, state: 'resolved' }));
    await rig.wait(1_000);
    rig.restart();
    await rig.wait(1_000);
    expect(keys(rig)).toEqual(['a1:1', 'a2:1', 'a1:2']);
    expect(await rig.count('ok')).toBe(3);
  });

  it('hears nothing of what is only pending, or has come to nothing', async () => {
    const rig = new Rig();
    await rig.push(makeAlert('a1', { state: 'pending' }), makeAlert('a1', { revision: 3, state: 'expired' }));
    expect(rig.told).toEqual([]);
  });

  it('is told the newest state alone when several wait', async () => {
    const rig = new Rig();
    await rig.push(
      makeAlert('a1', { revision: 1 }),
      makeAlert('a1', { revision: 2 }),
      makeAlert('a1', { revision: 3, state: 'resolved' }),
    );
    expect(keys(rig)).toEqual(['a1:3']);
  });

  it('is told again under the same key what a process that was killed had told and not committed', async () => {
    const rig = new Rig();
    await rig.killWithin(makeAlert('a1'));
    expect(rig.committed).toBe(0);
    await rig.rerun();
    expect(keys(rig)).toEqual(['a1:2', 'a1:2']);
  });
});

describe('1b figures told anew', () => {
  it('call nobody again, and are in what is told next', async () => {
    const rig = new Rig();
    await rig.push(makeAlert('a1', { revision: 1 }));
    await rig.push(makeAlert('a1', { revision: 2, figures_only: true, accounts: 90 }));
    expect(rig.told).toHaveLength(1);
    await rig.push(makeAlert('a1', { revision: 3, accounts: 95 }));
    expect(rig.told.map(({ key }) => key)).toEqual(['a1:1', 'a1:3']);
  });
});

describe('2 a sink that is down', () => {
  it('is tried longer and longer apart, and holds back no offset', async () => {
    const rig = new Rig();
    rig.fails = down;
    await rig.push(makeAlert('a1'));
    expect(rig.committed).toBe(1);
    for (const [ms, tries] of [
      [499, 1],
      [1, 2],
      [999, 2],
      [1, 3],
    ] as const) {
      await rig.wait(ms);
      expect(await rig.count('retry')).toBe(tries);
    }
    rig.fails = null;
    await rig.wait(2_000);
    expect(keys(rig)).toEqual(['a1:2']);
  });

  it('is tried for as long as a day, over restarts, and nothing is lost', async () => {
    const rig = new Rig();
    rig.fails = down;
    await rig.push(makeAlert('a1'), makeAlert('a2'));
    for (let hour = 0; hour < 23; hour++) {
      await rig.wait(HOUR);
      if (hour % 5 === 0) rig.restart();
    }
    rig.fails = null;
    for (let i = 0; i < 3; i++) await rig.wait(MINUTE);
    expect(keys(rig).sort()).toEqual(['a1:2', 'a2:2']);
  });

  it('is given up on after the configured time, counted as such', async () => {
    const rig = new Rig();
    rig.fails = down;
    await rig.push(makeAlert('a1'));
    await rig.wait(24 * HOUR + 1);
    expect(await rig.count('too-old')).toBe(1);
    rig.fails = null;
    await rig.wait(HOUR);
    expect(rig.told).toEqual([]);
  });

  it('that is new is told what still fires, however old, and nothing that ended long ago', async () => {
    const rig = new Rig();
    rig.now = 48 * HOUR;
    await rig.push(
      makeAlert('a1', { revision: 1 }),
      makeAlert('a1', { revision: 2, state: 'resolved' }),
      makeAlert('a2'),
    );
    expect(keys(rig)).toEqual(['a2:2']);
    expect(await rig.count('history')).toBe(2);
    expect(await rig.count('too-old')).toBe(0);
  });

  it('hears of the end of an alert it was told of, however late', async () => {
    const rig = new Rig();
    await rig.push(makeAlert('a1', { revision: 1 }));
    rig.now = 23 * HOUR;
    await rig.push(makeAlert('a1', { revision: 2, state: 'resolved' }));
    expect(keys(rig)).toEqual(['a1:1', 'a1:2']);
  });

  it('shows how long the oldest alert has waited', async () => {
    const rig = new Rig();
    rig.fails = down;
    await rig.push(makeAlert('a1'), makeAlert('a2'));
    await rig.wait(10 * MINUTE);
    const age = () => metric(rig.telemetry, 'cliowatch_alert_undelivered_age_seconds', { sink: 'webhook' });
    expect(await age()).toBe(600);
    rig.fails = null;
    await rig.wait(MINUTE);
    expect(await age()).toBe(0);
  });

  it('over one alert only gets the others', async () => {
    const rig = new Rig();
    rig.fails = ({ alert }) => (alert.id === 'a1' ? down() : null);
    await rig.push(makeAlert('a1'), makeAlert('a2'));
    await rig.wait(MINUTE);
    expect(keys(rig)).toEqual(['a2:2']);
  });

  it('is not tried again with what it will never take', async () => {
    const rig = new Rig();
    rig.fails = () => new CliowatchError('sink/refused', 'no', { retry: false });
    await rig.push(makeAlert('a1'));
    await rig.wait(HOUR);
    expect(await rig.count('refused')).toBe(1);
    expect(await rig.count('retry')).toBe(0);
  });

  it('is not waited for by a stop, and what was under way is delivered by the next process', async () => {
    const rig = new Rig();
    rig.fails = () => {
      rig.stopping.abort();
      return down();
    };
    await rig.push(makeAlert('a1'), makeAlert('a2'));
    expect(rig.committed).toBe(2);
    expect(await rig.count('retry')).toBe(0);
  });
});

describe('3 an alert about a cluster that may not be shown', () => {
  it('is told again, under a key of its own, once it may, also when it ended or the process was restarted meanwhile', async () => {
    const rig = new Rig();
    rig.standing = MASKED;
    await rig.push(makeAlert('a1', { state: 'resolved' }));
    await rig.wait(HOUR);
    rig.restart();
    rig.standing = SHOWN;
    await rig.wait(1_000);
    await rig.wait(HOUR);
    expect(rig.told).toEqual([
      { key: 'a1:2:masked', name: null, state: 'resolved' },
      { key: 'a1:2', name: 'A name', state: 'resolved' },
    ]);
  });

  it('is not told again when its cluster goes without ever being shown', async () => {
    const rig = new Rig();
    rig.standing = MASKED;
    await rig.push(makeAlert('a1', { state: 'resolved' }));
    rig.standing = { is: 'gone', title: null };
    await rig.wait(HOUR);
    rig.standing = SHOWN;
    await rig.wait(HOUR);
    expect(keys(rig)).toEqual(['a1:2:masked']);
  });
});

describe('4 a sink that forgets', () => {
  it('is repeated what fires, as it is shown at that moment, and nothing that has ended or waits to be told', async () => {
    const rig = new Rig('alertmanager', true);
    await rig.push(makeAlert('a1'), makeAlert('a2'));
    rig.repeated.length = 0;
    rig.standing = MASKED;
    await rig.wait(MINUTE);
    expect(rig.repeated.at(-1)?.map(({ name }) => name)).toEqual([null, null]);
    rig.fails = down;
    await rig.push(makeAlert('a1', { revision: 3, state: 'resolved' }));
    await rig.wait(MINUTE);
    expect(rig.repeated.at(-1)?.map(({ key }) => key)).toEqual(['a2:2:masked']);
    expect(rig.repeated).toHaveLength(2);
  });

  it('is told when it first heard of an alert, the same over a restart', async () => {
    const rig = new Rig('alertmanager', true);
    rig.now = 1_000;
    await rig.push(makeAlert('a1'));
    rig.restart();
    rig.now = 70_000;
    await rig.push(makeAlert('a1', { revision: 3 }));
    expect(rig.sinceWhen).toEqual([1_000, 1_000]);
  });
});
