/** A process that could not reach Kafka looked at the signal to stop only after its start, which never ended. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/cli/exit.ts';
import { dataFolder, freePort, running } from '../support/program.ts';

const KEY = `tokens.key=${Buffer.alloc(32, 7).toString('base64')}`;

const TIMEOUT_MS = 60_000;

/** A broker that takes connections and never says a word. */
async function silentBroker(): Promise<string> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return `127.0.0.1:${port}`;
}

const brokers: [how: string, broker: () => Promise<string>][] = [
  ['refuses connections', async () => '127.0.0.1:19'],
  ['does not answer', silentBroker],
];

it.each(brokers)(
  'while its broker %s, it stops at once and cleanly',
  { timeout: TIMEOUT_MS },
  async (_, broker) => {
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
    const where = ['-s', `log.kafka.brokers=["${await broker()}"]`];
    const program = await running([...flags, ...where], {}, `http://127.0.0.1:${port}`);
    const asked = performance.now();
    expect(await program.stop('SIGTERM')).toBe(EXIT.interrupted);
    expect(performance.now() - asked).toBeLessThan(4_000);
    expect(program.output()).toContain('stopping; once more ends it at once');
  },
);

it('ends on the second signal although something hangs', { timeout: TIMEOUT_MS }, async () => {
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
  const where = ['-s', `log.kafka.brokers=["${await silentBroker()}"]`];
  const program = await running([...flags, ...where], {}, `http://127.0.0.1:${port}`);
  void program.stop('SIGTERM');
  expect(await program.stop('SIGINT')).toBe(EXIT.interrupted);
});
