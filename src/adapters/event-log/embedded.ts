/**
 * The log in one process, on disk: SQLite files `log.sqlite` and, for raw conversations, `intake.sqlite`.
 * Holds the promises of src/ports/event-log.ts: an acknowledged record survives `kill -9` of the process. A power cut may
 * take the last moments, never the consistency, as SQLite waits for the disk at checkpoints only.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog, Follower } from '../../ports/event-log.ts';
import { Catalog } from './embedded-catalog.ts';
import { Checkpointer } from './embedded-checkpoint.ts';
import { Commits } from './embedded-commits.ts';
import { LogFile } from './embedded-file.ts';
import { followPartitions } from './embedded-follow.ts';
import { Housekeeping } from './embedded-housekeeping.ts';
import { lockFolder } from './embedded-lock.ts';
import { Subscriptions } from './embedded-subscription.ts';

/** Raw text stays in the intake's WAL about this long after it was consumed. */
const HOUSEKEEPING_MS = 1_000;

type EmbeddedLogOptions = {
  /** Folder; made when missing. */
  readonly path: string;
  /** Of each of the two files. */
  readonly maxBytes: number;
  readonly clock: Clock;
  onProblem(message: string): void;
  /** What waits to be written, and its bound, bytes. */
  onWaiting?(bytes: number, cap: number): void;
};

type Opened = {
  readonly catalog: Catalog;
  readonly commits: Commits;
  readonly subscriptions: Subscriptions;
  readonly followers: Set<Follower>;
  close(): Promise<void>;
};

export function createEmbeddedLog(options: EmbeddedLogOptions): EventLog {
  let state: Opened | null = null;
  const opened = (): Opened => {
    if (state !== null) return state;
    throw new CliowatchError('log-stopped', 'the log has not been started, or has stopped');
  };
  return {
    async start() {
      state ??= await open(options);
    },
    async createTopics(specs) {
      const { catalog } = opened();
      const missing = specs.filter((spec) => catalog.missing(spec));
      for (const spec of specs) catalog.create(spec);
      return missing.map(({ name }) => name);
    },
    async missingTopics(specs) {
      const { catalog } = opened();
      return specs.filter((spec) => catalog.missing(spec)).map(({ name }) => name);
    },
    partitionCount: async (topic) => opened().catalog.topic(topic).partitions.length,
    publish: async (records, signal) => opened().commits.publish(records, signal),
    subscribe: async (spec) => opened().subscriptions.add(spec),
    async follow(topics, from, onRecord) {
      const { catalog, followers } = opened();
      const partitions = topics.flatMap((name) => catalog.topic(name).partitions);
      const follower = followPartitions(partitions, from, onRecord, options.onProblem);
      followers.add(follower);
      return {
        caughtUp: follower.caughtUp,
        stop: () => {
          followers.delete(follower);
          return follower.stop();
        },
      };
    },
    async lag(group, topic) {
      const { partitions } = opened().catalog.topic(topic);
      return partitions.reduce((total, { next, start, committed }) => {
        return total + next - Math.max(start, committed.get(group) ?? start);
      }, 0);
    },
    health() {
      if (state === null) return { ok: false, problem: 'the log has not been started' };
      const { problem } = state.commits;
      return problem === null ? { ok: true } : { ok: false, problem };
    },
    async stop() {
      const closing = state;
      if (closing === null) return;
      await closing.subscriptions.stop();
      await Promise.all([...closing.followers].map((follower) => follower.stop()));
      state = null;
      await closing.close();
    },
  };
}

async function open(options: EmbeddedLogOptions): Promise<Opened> {
  const { path } = options;
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(path);
  try {
    return await openFiles(options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openFiles(options: EmbeddedLogOptions, unlock: () => void): Promise<Opened> {
  const { path, clock, maxBytes, onProblem } = options;
  const log = new LogFile(join(path, 'log.sqlite'), { secureDelete: false });
  const intake = new LogFile(join(path, 'intake.sqlite'), { secureDelete: true });
  const catalog = new Catalog(log, intake);
  const checkpointer = new Checkpointer((held) => commits.hold(held), onProblem);
  const onWritten = (file: LogFile): void => checkpointer.look(file);
  const commits = new Commits({ catalog, clock, onWritten, onProblem, onWaiting: options.onWaiting });
  let stopping = false;
  const housekeeping = new Housekeeping({
    catalog,
    maxBytes,
    now: () => clock.now(),
    stopping: () => stopping,
    onWritten,
    onProblem,
  });
  for (const partition of catalog.partitions()) await housekeeping.dropConsumed(partition);
  const tidy = async (): Promise<void> => {
    await housekeeping.run();
    checkpointer.look(intake, 0);
  };
  const rounds = [tidy, () => housekeeping.compact()].map((round) => everyRound(clock, round, onProblem));
  return {
    catalog,
    commits,
    subscriptions: new Subscriptions(catalog, commits),
    followers: new Set(),
    async close() {
      stopping = true;
      for (const round of rounds) await round.stop();
      commits.stop();
      await checkpointer.stop();
      intake.close();
      log.close();
      unlock();
    },
  };
}

/** Runs rounds that never overlap. */
function everyRound(
  clock: Clock,
  round: () => Promise<void>,
  onProblem: (message: string) => void,
): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  const timer = clock.every(HOUSEKEEPING_MS, () => {
    running ??= round()
      .catch((error: unknown) => onProblem(`housekeeping of the log failed: ${reasonOf(error)}`))
      .finally(() => {
        running = null;
      });
  });
  return {
    async stop() {
      timer.stop();
      await running;
    },
  };
}
