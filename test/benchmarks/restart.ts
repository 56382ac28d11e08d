/** A process that starts on what another left: how long a conversation that waits in the log is without its cluster. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { makeLog } from '../../src/app/adapters.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { topicNames } from '../../src/pipeline/topics.ts';
import { freePort } from '../support/program.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** Puts one conversation into a log that nobody has open. */
async function leave(flags: readonly string[], key: string, value: string): Promise<void> {
  const config = loadConfig({ environment: {}, flags });
  const clock = createSystemClock();
  const telemetry = createTelemetry(createLogger(config.logging), clock.now);
  const log = makeLog(config, clock, telemetry);
  await log.start();
  const { conversations } = topicNames(config.intake.topic, config.log.prefix);
  await log.publish([{ topic: conversations, key, value }]);
  await log.stop();
}

/**
 * From the start of the process to the first assignment that its metrics tell of, and until it says that it is ready, seconds.
 * @param flags settings under which the log was written
 */
export async function timeRestart(
  flags: readonly string[],
  key: string,
  value: string,
): Promise<{ seconds: number; ready: number }> {
  await leave(flags, key, value);
  const port = await freePort();
  const settings = [...flags, `http.port=${port}`].flatMap((flag) => ['-s', flag]);
  const began = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, MAIN, 'run', ...settings], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const ask = async (path: string): Promise<Response | null> =>
    fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
  const until = async (holds: () => Promise<boolean>): Promise<number> => {
    while (!(await holds())) {
      const end = child.exitCode ?? child.signalCode;
      if (end !== null) throw new Error(`it ended with ${end}`);
      await delay(20);
    }
    return (performance.now() - began) / 1_000;
  };
  try {
    const seconds = await until(async () =>
      /^cliowatch_assignments_total\{.*\} [1-9]/m.test((await (await ask('/metrics'))?.text()) ?? ''),
    );
    return { seconds, ready: await until(async () => (await ask('/readyz'))?.status === 200) };
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}
