/** Who can read what is kept of single conversations, and how long it is kept, by the settings that it ran with. */
import type { Config } from '../../../src/app/config.ts';
import { DAY, HOUR } from '../../../src/domain/ids.ts';
import { ALL_ROLES, ROLES } from '../../../src/pipeline/roles.ts';
import { type Topics, topicSpecs } from '../../../src/pipeline/topics.ts';

/** Topics that hold something of single conversations; of all others nothing private may come out. */
export const SINGLE = ['points', 'samples', 'window'] as const satisfies readonly (keyof Topics)[];

export type Keeping = { readonly topic: string; readonly access: string; readonly kept: string };

/** @param modes access rights of the file of the log, and of its folder, as they are on the disk */
export function keepingOf(
  config: Config,
  topics: Topics,
  modes: { readonly file: number; readonly folder: number },
): Keeping[] {
  const specs = topicSpecs(topics, config.log.embedded.partitions, config.intake.max_bytes);
  return SINGLE.map((name) => {
    const roles = ALL_ROLES.filter((role) => ROLES[role].reads === name || ROLES[role].remembers === name);
    const spec = specs.find((one) => one.name === topics[name]);
    if (spec === undefined) throw new Error(`there is no topic ${name}`);
    return {
      topic: topics[name],
      access: `role ${roles.join(', ')}; on disk mode ${rights(modes.file)}, in a folder of mode ${rights(modes.folder)}; no route`,
      kept: spec.cleanup === 'compact' ? asTheWindow(config) : lasting(spec.retentionMs),
    };
  });
}

const rights = (mode: number): string => (mode & 0o777).toString(8);

/** Whatever leaves the window is taken back from the log by a tombstone. */
const asTheWindow = ({ cluster: { window_days, window } }: Config): string =>
  `while it is in the window: ${window_days} days, ${window} samples a space at most (\`cluster.window_days\`, \`cluster.window\`)`;

const lasting = (ms: number): string => (ms >= DAY ? `${ms / DAY} days` : `${ms / HOUR} hours`);
