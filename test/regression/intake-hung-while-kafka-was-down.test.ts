/** While Kafka was out of reach from the start, a conversation handed in by HTTP got no answer at all. */
import { expect, it, onTestFinished } from 'vitest';
import { conversation } from '../support/http-rig.ts';
import { dataFolder, freePort, running } from '../support/program.ts';

const KEY = `tokens.key=${Buffer.alloc(32, 7).toString('base64')}`;

const TIMEOUT_MS = 60_000;

it('is told at once to try again, counted, and the process says that it is not ready', {
  timeout: TIMEOUT_MS,
}, async () => {
  const folder = dataFolder();
  onTestFinished(() => folder.remove());
  const port = await freePort();
  const flags = [
    'run',
    '-s',
    `data=${folder.path}`,
    '-s',
    `http.port=${port}`,
    '-s',
    'log.adapter=kafka',
    '-s',
    KEY,
  ];
  const nowhere = ['-s', 'log.kafka.brokers=["127.0.0.1:19"]'];
  const program = await running([...flags, ...nowhere], {}, `http://127.0.0.1:${port}`);
  onTestFinished(async () => void (await program.stop()));

  const text = async (path: string): Promise<string> => (await fetch(`${program.url}${path}`)).text();
  // Before the first answer of a broker is overdue, the start itself is the reason.
  while (!(await text('/readyz')).includes('out of reach')) await new Promise((on) => setTimeout(on, 50));
  const started = performance.now();
  const answer = await fetch(`${program.url}/v1/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(conversation()),
  });
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ error: { code: 'log-unavailable' } });
  const metrics = await text('/metrics');
  expect(metrics).toContain('cliowatch_refused_requests_total{reason="log-unavailable"} 1');
  expect(metrics).toMatch(/^cliowatch_ready 0$/m);
});
