import { reasonOf } from '../../domain/errors.ts';
import { MINUTE } from '../../domain/ids.ts';
import type { NamedWatch } from '../watches.ts';
import type { Books, EmitDeps } from './books.ts';
import { reportOf } from './watch-report.ts';

/** Event time after the end of a watch at which its last minutes are closed, their quarter of an hour told, and their alerts. */
const SETTLED_MS = 20 * MINUTE;

/** Writes what the watches that have ended have seen, once for each. O(watches). */
export function writeReports(deps: EmitDeps, books: Books): void {
  const { now } = books.spaces.main;
  const watches = deps.watches.watches();
  books.reported.keep(new Set(watches.map(({ id }) => id)));
  for (const named of watches) {
    if (now < named.to + SETTLED_MS || books.reported.has(named.id, named.to)) continue;
    if (writeReport(deps, books, named)) books.reported.add(named.id, named.to);
  }
}

/** false: it could not be written, which is told and tried again. */
export function writeReport(deps: EmitDeps, books: Books, named: NamedWatch): boolean {
  const watch = named.id;
  try {
    const report = deps.reports.write(reportOf(deps, books, named));
    if (report !== null) deps.telemetry.note('info', 'the report of a watch is written', { watch, report });
    return true;
  } catch (error) {
    const remedy = 'make room in, or give access to, the folder reports of the data folder';
    deps.telemetry.note('error', 'the report of a watch cannot be written', {
      watch,
      reason: reasonOf(error),
      remedy,
    });
    return false;
  }
}
