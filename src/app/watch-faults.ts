import { compilePattern } from '../algorithms/pattern.ts';
import { reasonOf } from '../domain/errors.ts';
import type { Watch } from '../domain/watch.ts';
import type { Config } from './config.ts';

type WatchFault = { readonly path: readonly string[]; readonly message: string };

/** What is wrong with a watch under these settings, wherever it was given. */
export function watchFaults(
  id: string,
  { facet, match, settings }: Watch,
  { facets, privacy }: Pick<Config, 'facets' | 'privacy'>,
): readonly WatchFault[] {
  const faults: WatchFault[] = [];
  if (Object.hasOwn(facets, id))
    faults.push({
      path: [],
      message: 'must have another name: a facet is called so, and ids of clusters begin with it',
    });
  if (facets[facet]?.kind !== 'text') {
    const texts = Object.entries(facets).flatMap(([name, { kind }]) => (kind === 'text' ? [name] : []));
    faults.push({ path: ['facet'], message: `must be a text facet: ${texts.join(', ')}` });
  }
  if (match?.pattern !== undefined) {
    try {
      compilePattern(match.pattern);
    } catch (error) {
      faults.push({
        path: ['match', 'pattern'],
        message: `must be a regular expression of RE2: ${reasonOf(error)}`,
      });
    }
  }
  for (const name of ['min_accounts', 'min_conversations'] as const) {
    const least = privacy[name];
    if ((settings[name] ?? least) < least)
      faults.push({
        path: ['settings', name],
        message: `must be at least privacy.${name}, which is ${least}`,
      });
  }
  return faults;
}
