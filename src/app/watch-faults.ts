import { primaryLanguages } from '../algorithms/language-tags.ts';
import { compilePattern } from '../algorithms/pattern.ts';
import { reasonOf } from '../domain/errors.ts';
import type { Watch } from '../domain/watch.ts';
import type { Config } from './config.ts';

/** A window costs 1.5 KB a sample. */
const MOST_SAMPLES = 1_000_000;

type WatchFault = { readonly path: readonly string[]; readonly message: string };

/** What is wrong with a watch under these settings, wherever it was given. */
export function watchFaults(
  id: string,
  { facet, match, settings }: Watch,
  { facets, privacy, cluster }: Pick<Config, 'facets' | 'privacy' | 'cluster'>,
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
  for (const [i, tag] of (match?.languages ?? []).entries()) {
    const [primary] = primaryLanguages([tag]);
    if (primary !== tag)
      faults.push({
        path: ['match', 'languages', String(i)],
        message: `must be a primary BCP 47 tag${primary === undefined ? ', such as en, pt, zh' : `: ${primary}`}`,
      });
  }
  const window = settings.window ?? cluster.window;
  const firstAt = settings.first_at ?? cluster.first_at;
  if (window > Math.max(MOST_SAMPLES, cluster.window))
    faults.push({
      path: ['settings', 'window'],
      message: `must be at most ${Math.max(MOST_SAMPLES, cluster.window)}`,
    });
  if (firstAt > window)
    faults.push({
      path: ['settings', 'first_at'],
      message: `must be at most the window, which is ${window}: no cluster would ever be made`,
    });
  if (firstAt < privacy.min_conversations)
    faults.push({
      path: ['settings', 'first_at'],
      message: `must be at least privacy.min_conversations, which is ${privacy.min_conversations}`,
    });
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
