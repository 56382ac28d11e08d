/** Alerts to Prometheus Alertmanager, API v2: it groups, silences and routes them to people. */
import type { AlertView } from '../../domain/view.ts';
import type { Delivery, Sink } from '../../ports/sink.ts';
import { postJson } from './post.ts';
import { extentOf, figuresOf, shiftsOf, summaryOf } from './text.ts';

/** An alert that is not sent again for so many intervals ends by itself, as when this process is gone for good. */
const MISSED_INTERVALS = 4;

export type AlertmanagerOptions = {
  /** Base address, such as http://alertmanager:9093 */
  readonly url: string;
  readonly token: string | null;
  readonly resendSeconds: number;
  /** Wall-clock ms: Alertmanager compares with its own clock, while event time may be past or accelerated. */
  readonly wall: () => number;
};

/** Labels name an alert and stay the same while it lasts; no title is among them, as titles change. */
type Labels = Readonly<Record<'alertname' | 'severity' | 'space' | 'cluster' | 'kind' | 'incident', string>>;
type Posted = {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
};

/**
 * Sends alerts that fire, again every `resendSeconds` as Alertmanager forgets otherwise, and their end. `startsAt` is
 * when Alertmanager first took the alert; event times are annotations.
 */
export function createAlertmanagerSink(options: AlertmanagerOptions): Sink {
  const { wall } = options;
  const intervalMs = options.resendSeconds * 1_000;
  const url = `${options.url.replace(/\/+$/, '')}/api/v2/alerts`;
  const headers: Record<string, string> =
    options.token === null ? {} : { authorization: `Bearer ${options.token}` };
  const send = (alerts: readonly Posted[], signal: AbortSignal) =>
    postJson('Alertmanager', url, { body: JSON.stringify(alerts), headers, signal });
  const lasting = ({ alert, firstTold }: Delivery): Posted =>
    posted(alert, firstTold, wall() + MISSED_INTERVALS * intervalMs);

  return {
    name: 'alertmanager',
    async deliver(delivery, signal) {
      const { alert, firstTold, told } = delivery;
      const ended = (one: AlertView) => posted(one, firstTold, wall());
      // Severity and cluster are labels, so an alert that is raised or carried over is another one there, and the old one has to end.
      const moved = told !== null && (told.severity !== alert.severity || told.cluster !== alert.cluster);
      const before = moved ? [ended({ ...alert, severity: told.severity, cluster: told.cluster })] : [];
      await send([...before, alert.state === 'firing' ? lasting(delivery) : ended(alert)], signal);
    },
    repeat: { everyMs: intervalMs, run: (firing, signal) => send(firing.map(lasting), signal) },
  };
}

function labelsOf({ kind, severity, space, cluster, incident }: AlertView): Labels {
  const alertname = kind === 'new' ? 'ClioWatchNew' : 'ClioWatchSurge';
  return { alertname, severity, space, cluster, kind, incident };
}

function posted(alert: AlertView, startsAt: number, endsAt: number): Posted {
  const at = (ms: number) => new Date(ms).toISOString();
  const shifts = shiftsOf(alert);
  return {
    labels: labelsOf(alert),
    annotations: {
      summary: summaryOf(alert),
      description: `${alert.reason}. ${figuresOf(alert)}; ${extentOf(alert)}.`,
      ...(shifts === null ? {} : { shifted: shifts }),
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
