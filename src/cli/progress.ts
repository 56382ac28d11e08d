import { Presets, SingleBar } from 'cli-progress';

/** A bar on standard error; where that is no terminal, a line every ten per cent. */
export type Progress = { update(done: number, note?: string): void; stop(): void };

export function createProgress(title: string, total: number): Progress {
  if (!process.stderr.isTTY) return lines(title, total);
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}%  {note}  ETA {eta_formatted}`,
      hideCursor: true,
      clearOnComplete: false,
      stream: process.stderr,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  bar.start(Math.max(1, total), 0, { note: '' });
  return {
    update: (done, note = '') => bar.update(done, { note }),
    stop: () => bar.stop(),
  };
}

function lines(title: string, total: number): Progress {
  let told = -1;
  return {
    update(done, note = '') {
      const tenth = Math.floor((10 * done) / Math.max(1, total));
      if (tenth <= told) return;
      told = tenth;
      process.stderr.write(`${title} ${Math.min(100, tenth * 10)}%${note === '' ? '' : `  ${note}`}\n`);
    },
    stop: () => undefined,
  };
}
