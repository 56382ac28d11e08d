/**
 * Real Apache Kafka for tests: brokers of this machine's Java, KRaft mode, in a folder of their own, on free ports.
 * The jars come through Maven (kafka/pom.xml); without Java or Maven tests that need them are skipped, loudly.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { makeCertificates } from './kafka/certificates.ts';
import { brokerProperties, type Ports } from './kafka/properties.ts';

const run = promisify(execFile);
const PROJECT = join(import.meta.dirname, 'kafka');
const JARS = join(PROJECT, 'target', 'jars', '*');
const POM = join(PROJECT, 'pom.xml');
const READY_MS = 60_000;

/** How to reach the brokers by TLS and SASL; the certificate is signed by `ca` alone. */
export type SecureAccess = {
  readonly brokers: readonly string[];
  readonly ca: string;
  readonly username: string;
  readonly password: string;
};

export type RunningKafka = {
  /** host:port of each broker, plaintext. */
  readonly brokers: readonly string[];
  readonly secure: SecureAccess;
  /** Ends broker `i` with SIGKILL. */
  kill(i: number): Promise<void>;
  /** Starts broker `i` again, on the ports and data it had, and waits until it is back in the cluster. */
  restart(i: number): Promise<void>;
  stop(): Promise<void>;
};

/** null when brokers can be started, else why not. Fetches the jars the first time. */
export async function kafkaMissing(): Promise<string | null> {
  const fetched = join(PROJECT, 'target', 'fetched.xml');
  const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  try {
    await run('java', ['-version']);
    if ((await text(POM)) === (await text(fetched))) return null;
    await rm(join(PROJECT, 'target'), { recursive: true, force: true });
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies'], { cwd: PROJECT });
    // Written last: a fetch that was cut short is done again.
    await copyFile(POM, fetched);
    return null;
  } catch (error) {
    return `Apache Kafka cannot be started here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export async function startKafka(options: { brokers: 1 | 3 }): Promise<RunningKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'cliowatch-kafka-'));
  const certificates = await makeCertificates(folder);
  const ports = await Promise.all(Array.from({ length: options.brokers }, freePorts));
  const login = { username: 'alice', password: randomUUID() };
  const nodes = ports.map((_, i) => new Node(join(folder, `broker-${i}`)));
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  const kafka: RunningKafka = {
    brokers: ports.map(({ plain }) => `localhost:${plain}`),
    secure: { brokers: ports.map(({ secure }) => `localhost:${secure}`), ca: certificates.ca, ...login },
    kill: async (i) => nodes[i]?.kill('SIGKILL'),
    async restart(i) {
      await nodes[i]?.start();
      await untilReady(kafka.brokers, nodes);
    },
    async stop() {
      // SIGKILL: the data is thrown away, so nothing is gained by an orderly end.
      await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(
      nodes.map((node, i) =>
        node.prepare(brokerProperties(i, ports, node.path, certificates, login), clusterId, login),
      ),
    );
    await Promise.all(nodes.map((node) => node.start()));
    await untilReady(kafka.brokers, nodes);
  } catch (error) {
    await kafka.stop();
    throw error;
  }
  return kafka;
}

class Node {
  readonly path: string;
  #process: ChildProcess | null = null;

  constructor(path: string) {
    this.path = path;
  }

  async prepare(
    properties: string,
    clusterId: string,
    login: { username: string; password: string },
  ): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await writeFile(this.#config, properties);
    const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${login.username},password=${login.password}]`,
    ]);
    const format = ['format', `--cluster-id=${clusterId}`, '--config', this.#config, ...scram];
    await run('java', ['-cp', JARS, '-XX:TieredStopAtLevel=1', 'kafka.tools.StorageTool', ...format]);
  }

  async start(): Promise<void> {
    const jvm = ['-cp', JARS, '-Xmx512m', '-XX:+UseSerialGC', 'kafka.Kafka', this.#config];
    const child = spawn('java', jvm, { cwd: this.path, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const tail: string[] = [];
    const keep = (chunk: Buffer): void => {
      tail.push(chunk.toString());
      if (tail.length > 50) tail.shift();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('exit', () => writeFile(this.#output, tail.join('')).catch(() => undefined));
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }

  /** Throws what the broker said last when it has ended by itself. */
  async mustRun(): Promise<void> {
    if (this.#process === null || this.#process.exitCode === null) return;
    throw new Error(`the broker ended by itself: ${await readFile(this.#output, 'utf8').catch(() => '')}`);
  }

  get #config(): string {
    return join(this.path, 'server.properties');
  }

  get #output(): string {
    return join(this.path, 'output.txt');
  }
}

/** Ready: every broker is in the cluster, unfenced, and each partition of the group topic has a leader. */
async function untilReady(brokers: readonly string[], nodes: readonly Node[]): Promise<void> {
  const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const end = performance.now() + READY_MS;
  for (;;) {
    for (const node of nodes) await node.mustRun();
    const admin = client.admin();
    try {
      await admin.connect();
      const cluster = await admin.describeCluster();
      await admin.fetchOffsets({ groupId: 'ready', topics: [] });
      if (cluster.brokers.length === brokers.length) return;
    } catch (error) {
      if (performance.now() > end) throw error;
    } finally {
      await admin.disconnect();
    }
    if (performance.now() > end) throw new Error('the brokers are not ready in time');
    await delay(100);
  }
}

async function freePorts(): Promise<Ports> {
  const servers = Array.from({ length: 3 }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [plain = 0, secure = 0, controller = 0] = ports;
  return { plain, secure, controller };
}
