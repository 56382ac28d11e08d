import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportPage } from '../../algorithms/report-page.ts';
import type { Reports } from '../../ports/reports.ts';

/** `<folder>/<watch>-<end>.json` and `.html`. Written beside and moved, so that nobody reads half of one. */
export function createReportFiles(folder: string): Reports {
  return {
    write(report) {
      const end = new Date(report.until).toISOString().slice(0, 16).replaceAll(/[:-]/g, '');
      const path = join(folder, `${report.id}-${end}`);
      if (existsSync(`${path}.html`)) return null;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      put(`${path}.json`, `${JSON.stringify(report, null, 1)}\n`);
      put(`${path}.html`, reportPage(report));
      return `${path}.html`;
    },
  };
}

function put(path: string, text: string): void {
  writeFileSync(`${path}.part`, text, { mode: 0o600 });
  renameSync(`${path}.part`, path);
}
