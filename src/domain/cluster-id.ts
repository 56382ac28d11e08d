/**
 * Ids of clusters: `c`, and of headings: `h`, with a number in base 36, given out in order and never again. In the default space
 * nothing stands before it; in any other its facet, its watch, or both, and a colon, so that an id belongs to one space alone.
 */
import { REQUEST } from './facets.ts';
import { ALL, DEFAULT_SPACE } from './ids.ts';

export function idPrefix(space: string): string {
  if (space === DEFAULT_SPACE) return '';
  const [watch = '', facet = ''] = space.split('/');
  if (watch === ALL) return `${facet}:`;
  return facet === REQUEST ? `${watch}:` : `${watch}.${facet}:`;
}

export const clusterId = (space: string, number: number): string =>
  `${idPrefix(space)}c${number.toString(36)}`;
export const headingId = (space: string, number: number): string =>
  `${idPrefix(space)}h${number.toString(36)}`;

/** The number in an id of a cluster. */
export const clusterNumber = (id: string): number => Number.parseInt(id.slice(id.indexOf(':') + 2), 36);
