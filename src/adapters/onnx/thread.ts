import { type Transferable, Worker } from 'node:worker_threads';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
