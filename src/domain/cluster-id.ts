/**
 * Ids of clusters: `c`, and of headings: `h`, with a number in base 36, given out in order and never again. In the default space
 * nothing stands before it; in any other its facet or watch and a colon, so that an id belongs to one space alone.
 */
import { DEFAULT_SPACE } from './ids.ts';

export function idPrefix(space: string): string {
  if (space === DEFAULT_SPACE) return '';
  const [watch = '', facet = ''] = space.split('/');
  return `${watch === 'all' ? facet : watch}:`;
}

export const clusterId = (space: string, number: number): string =>
  `${idPrefix(space)}c${number.toString(36)}`;
export const headingId = (space: string, number: number): string =>
  `${idPrefix(space)}h${number.toString(36)}`;

/** The number in an id of a cluster. */
export const clusterNumber = (id: string): number => Number.parseInt(id.slice(id.indexOf(':') + 2), 36);
