import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/domain/alert.ts';
import { CliowatchError } from '../../../src/domain/errors.ts';
import { AlertBook } from '../../../src/pipeline/emit/alerts.ts';
import { createDelivery, type DeliverDeps } from '../../../src/pipeline/emit/deliver.ts';
import type { Sink } from '../../../src/ports/sink.ts';
import { makeAlert } from '../../support/emit-rig.ts';
import { logRecord, makeBatch, metric, silentTelemetry, TOPICS } from '../../support/pipeline-rig.ts';

/** A sink that fails as often as told, then takes all. */
function sinkOf(name: string, failures: number, retry = true): Sink & { got: string[] } {
  let left = failures;
  const got: string[] = [];
  return {
    name,
    got,
    async deliver(alert) {
      if (left-- > 0) throw new CliowatchError('sink/down', 'down', { retry });
      got.push(`${alert.id}/${alert.revision}`);
    },
    stop: async () => undefined,
  };
}

async function deliver(sinks: readonly Sink[], alerts: readonly Alert[]) {
  const telemetry = silentTelemetry();
  const waits: number[] = [];
  const book = new AlertBook();
  const clock: DeliverDeps['clock'] = {
    now: () => 0,
    speed: 1,
    every: () => ({ stop: () => undefined }),
    elapsed: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
  };
  const open = createDelivery({
    sinks,
    view(id) {
      const alert = book.get(id);
      return alert === undefined ? null : book.view(alert, 'A name', null);
    },
    // As the follower does: it may come later than delivery asks.
    seen: async (offset) => {
      await Promise.resolve();
      const alert = alerts[offset];
      if (alert !== undefined) book.take(alert);
    },
    clock,
    telemetry,
  });
  const session = await open({ partition: 0, publish: async () => undefined });
  await session.handle(makeBatch(alerts.map((alert, i) => logRecord(TOPICS.alerts, i, alert))));
  return { telemetry, waits };
}

describe('delivery', () => {
  it('hands every change of an alert that fires or ends to every sink, in order', async () => {
    const [one, two] = [sinkOf('one', 0), sinkOf('two', 0)];
    await deliver(
      [one, two],
      [
        makeAlert('a1', { revision: 1, state: 'firing' }),
        makeAlert('a2', { revision: 1, state: 'firing' }),
        makeAlert('a1', { revision: 2, state: 'resolved' }),
      ],
    );
    expect(one.got).toEqual(['a1/1', 'a2/1', 'a1/2']);
    expect(two.got).toEqual(one.got);
  });

  it('says nothing of what is only pending, or has come to nothing', async () => {
    const one = sinkOf('one', 0);
    await deliver(
      [one],
      [makeAlert('a1', { state: 'pending' }), makeAlert('a1', { revision: 3, state: 'expired' })],
    );
    expect(one.got).toEqual([]);
  });

  it('tries again, longer and longer apart, and holds back no other sink', async () => {
    const [down, up] = [sinkOf('down', 3), sinkOf('up', 0)];
    const { waits, telemetry } = await deliver([down, up], [makeAlert('a1')]);
    expect(waits).toEqual([500, 1_000, 2_000]);
    expect(down.got).toEqual(['a1/2']);
    expect(up.got).toEqual(['a1/2']);
    expect(
      await metric(telemetry, 'cliowatch_alert_deliveries_total', { sink: 'down', outcome: 'retry' }),
    ).toBe(3);
    expect(await metric(telemetry, 'cliowatch_alert_deliveries_total', { sink: 'down', outcome: 'ok' })).toBe(
      1,
    );
  });

  it('gives up on one alert after eight tries, and the next gets out', async () => {
    const down = sinkOf('down', 8);
    const { telemetry } = await deliver([down], [makeAlert('a1'), makeAlert('a2')]);
    expect(down.got).toEqual(['a2/2']);
    expect(
      await metric(telemetry, 'cliowatch_alert_deliveries_total', { sink: 'down', outcome: 'failed' }),
    ).toBe(1);
  });

  it('does not try again what the sink will never take', async () => {
    const down = sinkOf('down', 1, false);
    expect((await deliver([down], [makeAlert('a1')])).waits).toEqual([]);
  });
});
