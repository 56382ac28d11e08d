import type { WatchReport } from '../domain/report.ts';

/** Where the reports of watches that have ended are kept. */
export interface Reports {
  /** Writes it once; one that is there already stays. Answers with where it is; null: it was there. */
  write(report: WatchReport): string | null;
}
