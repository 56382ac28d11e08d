/**
 * One broker for all test files of a run, started when the first asks for it. `setup` is a globalSetup of vitest; in a run
 * without it each file that asks has a broker of its own.
 */
import { createServer } from 'node:http';
import { afterAll, inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { kafkaMissing, type RunningKafka, type SecureAccess, startKafka } from './kafka.ts';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaStarter: string;
  }
}

export type SharedKafka = { readonly brokers: readonly string[]; readonly secure: SecureAccess };

export default function setup(project: TestProject): Promise<() => Promise<void>> {
  let kafka: Promise<RunningKafka> | null = null;
  const server = createServer((_, response) => {
    kafka ??= startKafka({ brokers: 1 });
    kafka.then(
      ({ brokers, secure }) => response.end(JSON.stringify({ brokers, secure })),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      project.provide('kafkaStarter', `http://127.0.0.1:${port}`);
      resolve(async () => {
        server.close();
        await (await kafka?.catch(() => null))?.stop();
      });
    });
  });
}

/** null where Kafka cannot run: what needs it is then skipped, with one loud line. In CI that is an error. */
export async function sharedKafka(): Promise<SharedKafka | null> {
  if (!(await kafkaRuns())) return null;
  const starter = inject('kafkaStarter');
  if (starter === undefined) {
    const own = await startKafka({ brokers: 1 });
    afterAll(() => own.stop());
    return own;
  }
  const response = await fetch(starter);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SharedKafka;
}

export async function kafkaRuns(): Promise<boolean> {
  const reason = await kafkaMissing();
  if (reason === null) return true;
  if (process.env.CI) throw new Error(`${reason}, and CI skips nothing`);
  console.error(`\n!!! SKIPPED: ${reason}, so what needs it is NOT tested !!!\n`);
  return false;
}
