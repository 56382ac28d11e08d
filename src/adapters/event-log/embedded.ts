/**
 * The log in one process, on disk: SQLite files `log.sqlite` and, for raw conversations, `intake.sqlite`.
 * Holds the promises of src/ports/event-log.ts; acknowledged records survive `kill -9` of the process, and all but the
 * last moments a power cut. Measured figures: test/benchmarks.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConsumerSpec, EventLog, Follower, LogRecord, Subscription } from '../../ports/event-log.ts';
import { Catalog } from './embedded-catalog.ts';
import { Checkpointer } from './embedded-checkpoint.ts';
import { Commits } from './embedded-commits.ts';
import { LogFile } from './embedded-file.ts';
import { followPartitions } from './embedded-follow.ts';
import { Housekeeping } from './embedded-housekeeping.ts';
import { type RunningSession, runSession } from './embedded-session.ts';

/** Raw text lies in the intake's WAL no longer than this after it was consumed. */
const HOUSEKEEPING_MS = 1_000;

export type EmbeddedLogOptions = {
  /** Folder; made when missing. */
  readonly path: string;
  /** Of each of the two files. */
  readonly maxBytes: number;
  onProblem(message: string): void;
  readonly clock: Clock;
};
