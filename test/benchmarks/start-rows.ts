/** Rows of a start on what another process left. */
import { z } from 'zod';
import { spread } from './figures.ts';
import { bench, type Part, repeat } from './process.ts';

const restart = z.object({
  result: z.object({ clusters: z.number(), seconds: z.number(), ready: z.number() }),
});

export const start: Part = {
  name: 'start',
  title: 'A start',
  about:
    'The same pipeline, stopped with a window full of conversations; one more waits in its log. From the start of the process, modules and all, that have been compiled before.',
  inReadme: () => true,
  async rows(quick) {
    const starts = await repeat(quick, () => bench(restart, 'pipeline.ts', 'restart'));
    const told = (of: (result: z.infer<typeof restart>['result']) => number): string =>
      spread(
        starts.map(({ result }) => of(result)),
        2,
      );
    return [
      [
        `start to first assignment, ${starts[0]?.result.clusters ?? 0} clusters, s`,
        '< 3',
        told(({ seconds }) => seconds),
      ],
      ['start to ready, with all of the past read, s', '', told(({ ready }) => ready)],
    ];
  },
};
