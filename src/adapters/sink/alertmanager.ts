/** Alerts to Prometheus Alertmanager, API v2: it groups, silences and routes them to people. */
import { reasonOf } from '../../domain/errors.ts';
import type { AlertView } from '../../domain/view.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sink } from '../../ports/sink.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { postJson } from './post.ts';
import { extentOf, figuresOf, summaryOf } from './text.ts';

/** An alert that is not sent again for so many intervals ends by itself, as when this process is gone for good. */
const MISSED_INTERVALS = 4;

export type AlertmanagerOptions = {
  /** Base address, such as http://alertmanager:9093 */
  readonly url: string;
  readonly token: string | null;
  readonly resendSeconds: number;
  readonly clock: Pick<Clock, 'every' | 'elapsed'>;
  /** Wall-clock ms: Alertmanager compares with its own clock, while event time may be past or accelerated. */
  readonly wall: () => number;
  readonly telemetry: Pick<Telemetry, 'delivered' | 'note'>;
};

/** Labels name an alert and stay the same while it lasts; no title is among them, as titles change. */
type Labels = Readonly<Record<'alertname' | 'severity' | 'space' | 'cluster' | 'kind', string>>;
type Firing = { readonly alert: AlertView; readonly labels: Labels; readonly startsAt: number };
type Posted = {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
};

/**
 * Sends firing alerts, and again every `resendSeconds` until they are resolved, as Alertmanager forgets otherwise.
 * `startsAt` is when the first firing state was delivered; event times are annotations. What it holds is bounded by
 * the number of alerts that fire at once.
 */
export function createAlertmanagerSink(options: AlertmanagerOptions): Sink {
  const { clock, wall, telemetry } = options;
  const firing = new Map<string, Firing>();
  const url = `${options.url.replace(/\/+$/, '')}/api/v2/alerts`;
  const headers: Record<string, string> =
    options.token === null ? {} : { authorization: `Bearer ${options.token}` };
  const send = (alerts: readonly Posted[]) => postJson('Alertmanager', url, JSON.stringify(alerts), headers);
  const lasting = (one: Firing): Posted =>
    posted(one, wall() + MISSED_INTERVALS * options.resendSeconds * 1_000);

  // One call after another: a repeated "firing" that overtakes "resolved" would set the alert off again.
  let last: Promise<void> = Promise.resolve();
  function inTurn(run: () => Promise<void>): Promise<void> {
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  }

  async function resend(): Promise<void> {
    if (firing.size === 0) return;
    const started = clock.elapsed();
    try {
      await send([...firing.values()].map(lasting));
      telemetry.delivered('alertmanager', 'ok', (clock.elapsed() - started) / 1_000);
    } catch (error) {
      // The next interval tries again, and MISSED_INTERVALS leaves room for it.
      telemetry.delivered('alertmanager', 'retry', (clock.elapsed() - started) / 1_000);
      telemetry.note('warn', 'firing alerts could not be sent again', { reason: reasonOf(error) });
    }
  }
  const timer = clock.every(options.resendSeconds * 1_000, () => {
    void inTurn(resend);
  });

  async function deliver(alert: AlertView): Promise<void> {
    const before = firing.get(alert.id);
    const now: Firing = { alert, labels: labelsOf(alert), startsAt: before?.startsAt ?? wall() };
    const ends: Posted[] = [];
    // Severity and cluster are labels, so an alert that is raised or carried over is another one there, and the old one has to end.
    if (
      before !== undefined &&
      (before.labels.severity !== alert.severity || before.labels.cluster !== alert.cluster)
    )
      ends.push(posted(before, wall()));
    // Kept or dropped before sending: when Alertmanager is down, the repetition brings it up to date or lets it end.
    if (alert.state === 'firing') {
      firing.set(alert.id, now);
      await send([...ends, lasting(now)]);
    } else if (alert.fired_at !== null) {
      firing.delete(alert.id);
      await send([...ends, posted(now, wall())]);
    }
  }

  return {
    name: 'alertmanager',
    deliver: (alert) => inTurn(() => deliver(alert)),
    async stop() {
      timer.stop();
      await last;
    },
  };
}

function labelsOf({ kind, severity, space, cluster }: AlertView): Labels {
  return { alertname: kind === 'new' ? 'ClioWatchNew' : 'ClioWatchSurge', severity, space, cluster, kind };
}

function posted({ alert, labels, startsAt }: Firing, endsAt: number): Posted {
  const at = (ms: number) => new Date(ms).toISOString();
  return {
    labels,
    annotations: {
      summary: summaryOf(alert),
      description: `${alert.reason}. ${figuresOf(alert)}; ${extentOf(alert)}.`,
      alert_id: alert.id,
      onset: at(alert.onset),
      ...(alert.fired_at === null ? {} : { fired_at: at(alert.fired_at) }),
      ...(alert.resolved_at === null ? {} : { resolved_at: at(alert.resolved_at) }),
    },
    startsAt: at(startsAt),
    endsAt: at(endsAt),
    ...(alert.console_url === null ? {} : { generatorURL: alert.console_url }),
  };
}
