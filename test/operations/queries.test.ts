/** Every query of every dashboard and rule, on a real Prometheus that scrapes a running cliowatch. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRules } from '../../config/tooling/metrics-page.ts';
import { startTestApp, type TestApp, until } from '../support/app.ts';
import { makeTraffic, NEW_TOPIC_START } from '../support/conversations.ts';
import { filled, panelsOf, readDashboards } from '../support/dashboards.ts';
import {
  API_KEY,
  answers,
  byInstruction,
  type MessagesApi,
  says,
  startMessagesApi,
} from '../support/messages-api.ts';
import { need } from '../support/need.ts';
import { type RunningPrometheus, startPrometheus } from '../support/prometheus.ts';
import { operands, selectors } from '../support/promql.ts';

const binary = need('prometheus');
const TOKEN = 'token-of-these-tests-only';

const panels = readDashboards().flatMap((dashboard) =>
  panelsOf(dashboard).flatMap(({ title, targets }) =>
    targets.map(({ expr, refId }) => ({
      where: `${dashboard.title} › ${title} ${refId}`,
      query: filled(expr),
    })),
  ),
);
const recorded = readRules().flatMap(({ record }) => record ?? []);
const rules = readRules().map(({ alert, record, expr }) => ({ name: alert ?? record ?? '', expr }));

let api: MessagesApi;
let running: TestApp;
let prometheus: RunningPrometheus;

/** Names clusters as Claude would, so that its metrics are there; it fails at nesting, so that a fallback is. */
function startNaming(): Promise<MessagesApi> {
  let named = 0;
  return startMessagesApi(
    byInstruction({
      'You name groups': answers(() => ({
        name: `Ask about subject ${++named}`,
        description: 'Users asked. They got answers.',
      })),
      'You check labels': answers(() => ({ score: 5, reason: 'Holds nothing private.' })),
      'You sort groups': says(() => 'not the JSON that was asked for'),
    }),
  );
}

beforeAll(async () => {
  if (binary === null) return;
  api = await startNaming();
  const claude = ['labeler=claude', `claude.api_key=${API_KEY}`, `claude.base_url=${api.url}`];
  // So large that all is taken, and there to be shown.
  const budget = [
    'intake.sampling.strategy=conversations',
    'intake.sampling.dollars_per_hour=1000',
    'intake.sampling.calls_per_hour=100000',
  ];
  const access = `http.tokens=[{ name: tests, token: ${TOKEN}, roles: [ingest, reader] }]`;
  running = await startTestApp([...claude, ...budget, access]);
  prometheus = await startPrometheus(binary, { url: running.url, token: TOKEN });
  // No client of these tests is slow, and only a slow one makes the buffer's size known.
  running.app.telemetry.capped('websocket-buffer-bytes', 0, 1);
  const traffic = makeTraffic();
  const isPast = ({ at }: { at: string }): boolean => Date.parse(at) < NEW_TOPIC_START;
  // The past first, as a whole: then clusters are there when the new topic comes, and it is born among outliers.
  await running.feed(traffic.filter(isPast));
  await running.feed(traffic.filter((conversation) => !isPast(conversation)));
  const { log, topics } = running.app;
  await log.publish([{ topic: topics.conversations, key: 'broken', value: 'not JSON' }]);
  const seen = async (query: string): Promise<boolean> => (await prometheus.query(query)).length > 0;
  await until(
    () => seen('space_cluster:cliowatch_cluster_alert_state:max == 2'),
    'a firing cluster in Prometheus',
  );
  // Rates need two scrapes, and what is recorded of them one evaluation more.
  for (const record of recorded) await until(() => seen(record), `the recording rule ${record}`);
  await until(
    () => seen('cliowatch_dead_letters_total{reason="not-json"} == 1'),
    'the dead letter in Prometheus',
  );
});

afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]();
  await running?.stop();
  await api?.stop();
});

describe.skipIf(binary === null)('on a running cliowatch', () => {
  test.each(panels)('$where shows something', async ({ query }) => {
    expect(await prometheus.query(query)).not.toHaveLength(0);
    for (const selector of selectors(query)) {
      expect(await prometheus.query(selector), selector).not.toHaveLength(0);
    }
  });

  test.each(rules)('$name speaks of what there is', async ({ expr }) => {
    await expect(prometheus.query(expr)).resolves.toBeDefined();
    for (const part of [...operands(expr), ...selectors(expr)]) {
      expect(await prometheus.query(part), part).not.toHaveLength(0);
    }
  });

  test('every rule is evaluated without an error', async () => {
    const unwell = async () => (await prometheus.rules()).filter(({ health }) => health !== 'ok');
    await until(async () => (await unwell()).length === 0, 'every rule to be evaluated', 20);
    expect(await prometheus.rules()).toHaveLength(rules.length);
  });

  test('what grows is told, by the name the auditor let pass', async () => {
    const grows = async () =>
      (await prometheus.alerts()).filter(({ labels }) => labels.alertname === 'ClusterGrows');
    // Rules of another group are evaluated in their own time, later than those that the setup has waited for.
    await until(async () => (await grows()).length > 0, 'the alert in Prometheus', 20);
    for (const { state, labels, annotations } of await grows()) {
      expect(state).toBe('firing');
      expect(labels).toMatchObject({ severity: 'watch', space: 'all/request' });
      expect(annotations.summary).toMatch(/^“Ask about subject \d+” grows, surely by more than \d/);
    }
  });

  test('a pipeline that is well raises no alert about itself', async () => {
    const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing');
    const names = new Set(firing.map(({ labels }) => labels.alertname));
    expect([...names].filter((name) => name?.startsWith('Cliowatch'))).toEqual([]);
  });
});
