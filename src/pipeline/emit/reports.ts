import { MINUTE } from '../../domain/ids.ts';
import type { Books, EmitDeps } from './books.ts';
import { reportOf } from './watch-report.ts';

/** Event time after the end of a watch at which its last minutes are closed and their alerts told. */
const SETTLED_MS = 5 * MINUTE;

/** Writes what the watches that have ended have seen, once for each. O(watches). */
export function writeReports(deps: EmitDeps, books: Books): void {
  const { now } = books.spaces.main;
  for (const named of deps.watches.watches()) {
    if (now < named.to + SETTLED_MS || !books.reported.add(named.id, named.to)) continue;
    const path = deps.reports.write(reportOf(deps, books, named));
    if (path !== null) deps.telemetry.note('info', 'a watch has ended', { watch: named.id, report: path });
  }
}
