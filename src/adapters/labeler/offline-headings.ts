/**
 * Headings without a network: agglomerative clustering of what the names mean and where the conversations lie. Plain sums, run
 * in the worker of `offline.ts`.
 */
import { levelBounds } from '../../algorithms/level-sizes.ts';
import { meanOf, nearestRow } from '../../algorithms/neighbourhoods.ts';
import type { UnitVector } from '../../domain/vector.ts';
import type {
  AssignRequest,
  DeduplicateRequest,
  Heading,
  Placed,
  ProposeRequest,
} from '../../ports/labeler.ts';
import { agglomerate } from './agglomerate.ts';
import { headingOf } from './offline-labels.ts';

/** As many groups as headings are wanted, each under what its names share. */
export function proposeOf({ groups, count }: ProposeRequest): Heading[] {
  return agglomerate(groups.map(whereabouts), count).map((of) => ({ ...headingOf(pick(groups, of)), of }));
}

/** Those of one name are one, unless too few would be left; then the nearest become one until there are few enough. */
export function deduplicateOf({ headings, count }: DeduplicateRequest): Heading[] {
  const named = byName(headings);
  const parts = named.length >= levelBounds(count).least ? named : headings.map((_, row) => [row]);
  const vectors = parts.map((rows) => meanOf(pick(headings, rows).map(whereabouts)));
  return agglomerate(vectors, count).map((group) => {
    const of = group.flatMap((part) => parts[part] ?? []).sort((a, b) => a - b);
    const [only] = pick(headings, of);
    const one = new Set(pick(headings, of).map(nameKey)).size === 1;
    const title = one && only !== undefined ? only : headingOf(pick(headings, of));
    return { name: title.name, description: title.description, of };
  });
}

/** The nearest. */
export function placesOf({ groups, headings }: AssignRequest): number[] {
  const vectors = headings.map(whereabouts);
  return groups.map((group) => nearestRow(vectors, whereabouts(group)));
}

/** An offline name is what members say, and by itself puts too many side by side that only share a turn of phrase. */
const whereabouts = ({ vector, place }: Placed): UnitVector => meanOf([vector, place]);

const nameKey = ({ name }: Placed): string => name.toLowerCase();

function byName(headings: readonly Placed[]): number[][] {
  const parts = new Map<string, number[]>();
  for (const [row, heading] of headings.entries()) {
    const key = nameKey(heading);
    parts.set(key, [...(parts.get(key) ?? []), row]);
  }
  return [...parts.values()];
}

const pick = (from: readonly Placed[], rows: readonly number[]): Placed[] =>
  rows.flatMap((row) => from[row] ?? []);
