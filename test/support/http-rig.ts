/** The real HTTP server over a view fixture, with every event of interest kept. */
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createHttpServer, type HttpConfig, type HttpOptions } from '../../src/adapters/http/server.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import type { AccessToken } from '../../src/algorithms/access.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { Intake, SilenceVerdict, WatchVerdict } from '../../src/ports/live-view.ts';
import type { AuditEntry } from '../../src/ports/store.ts';
import { createViewFixture, NOON } from './view-fixture.ts';

export const TOKENS: readonly AccessToken[] = [
  { name: 'gateway', token: 'ingest-token-0001', roles: ['ingest'] },
  { name: 'dashboard', token: 'reader-token-0001', roles: ['reader'] },
  { name: 'olga', token: 'operator-token-01', roles: ['operator'] },
  { name: 'sam', token: 'safety-token-0001', roles: ['safety'] },
];

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export function conversation(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    conversation_id: 'conv-1',
    account_id: 'acct-1',
    at: '2026-03-01T11:59:00Z',
    messages: [{ role: 'user', content: 'How do I get a refund?' }],
    ...change,
  };
}

export async function startHttpRig(config: Partial<HttpConfig> = {}, options: Partial<HttpOptions> = {}) {
  const view = createViewFixture();
  const clock = createManualClock(NOON);
  const telemetry = createTelemetry(createLogger({ level: 'silent', format: 'json' }), () => clock.now());
  const taken: Conversation[] = [];
  const audits: AuditEntry[] = [];
  const acknowledged: unknown[] = [];
  const wishes: unknown[] = [];
  const log: {
    failure: Error | null;
    backlog: number;
    closed: ReturnType<Intake['closed']>;
    verdict: WatchVerdict;
    silence: SilenceVerdict;
  } = {
    failure: null,
    backlog: 0,
    closed: null,
    verdict: { verdict: 'taken' },
    silence: { verdict: 'taken' },
  };
  const server = await createHttpServer({
    view,
    intake: {
      async submit(conversations) {
        if (log.failure !== null) throw log.failure;
        taken.push(...conversations);
      },
      backlog: () => log.backlog,
      closed: () => log.closed,
    },
    operations: {
      report: () => {},
      async acknowledge(id, by, note) {
        if (view.alert(id) === null) return false;
        acknowledged.push({ id, by, note });
        return true;
      },
      async silence(id, wish, by) {
        wishes.push({ silence: id, wish, by });
        return log.silence;
      },
      async setWatch(id, watch, by) {
        wishes.push({ id, watch, by });
        return log.verdict;
      },
    },
    telemetry,
    audit: (entry) => audits.push(entry),
    links: null,
    config: { tokens: [], trustProxy: false, tls: null, maxBacklog: 100, maxBytes: 200_000, ...config },
    consoleFolder: null,
    version: '1.2.3',
    clock,
    ...options,
  });
  return {
    server,
    app: server.app,
    view,
    clock,
    telemetry,
    taken,
    audits,
    acknowledged,
    wishes,
    log,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
