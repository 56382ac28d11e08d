import { z } from 'zod';
import { DEFAULT_SPACE } from '../../../domain/ids.ts';
import { facetValueSchema } from '../../../domain/view.ts';
import type { LiveView } from '../../../ports/live-view.ts';
import { notFound } from '../errors.ts';

/** `?limit=`, 1 to `max`. */
export function limitOf(max: number, standard: number) {
  return z.coerce.number().int().min(1).max(max).default(standard);
}

export const idParams = z.object({ id: z.string().min(1).max(128) });

export const space = z
  .string()
  .max(128)
  .default(DEFAULT_SPACE)
  .describe('Cluster space, such as all/request');

/** @throws HttpProblem 404 when there is no such space: an empty answer would look like one without clusters */
export function spaceIn(view: LiveView, { space: id }: { readonly space: string }): string {
  if (view.spaces().some((known) => known.id === id)) return id;
  throw notFound(
    `no such space; there are ${view
      .spaces()
      .map((known) => known.id)
      .join(', ')}`,
  );
}

/** How a list of clusters is chosen. */
export const clusterQuery = z.strictObject({
  sort: z.enum(['growth', 'size', 'newest', 'concern']).default('growth'),
  limit: limitOf(1_000, 100),
  search: z.string().max(200).exactOptional().describe('Part of the name'),
  space,
});

/** A value of a facet, or none: then only which values there are. */
export const shareQuery = z
  .strictObject({
    facet: facetValueSchema.shape.facet.exactOptional(),
    value: z.string().max(128).exactOptional(),
    space,
  })
  .refine(
    ({ facet, value }) => (facet === undefined) === (value === undefined),
    'facet and value go together',
  );
