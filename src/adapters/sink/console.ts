import type { AlertView } from '../../domain/view.ts';
import type { Sink } from '../../ports/sink.ts';
import { extentOf, shiftsOf, summaryOf } from './text.ts';

/** One line an alert, and its details below. Times are event time, UTC. */
export function createConsoleSink(write: (text: string) => void): Sink {
  return {
    name: 'console',
    async deliver({ alert }) {
      const shifts = shiftsOf(alert);
      const details = [
        `since ${stamp(alert.onset)} · ${extentOf(alert)}`,
        ...(shifts === null ? [] : [shifts]),
        alert.reason.replace(/\p{Cc}/gu, ' '),
        ...(alert.console_url === null ? [] : [alert.console_url]),
      ];
      write(`${headline(alert)}\n${details.map((line) => `    ${line}\n`).join('')}`);
    },
  };
}

function headline(alert: AlertView): string {
  return `${stamp(alert.updated_at)} ${alert.state.toUpperCase()} [${alert.severity}] ${summaryOf(alert)}`;
}

/** 2026-03-01 12:00 */
function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
