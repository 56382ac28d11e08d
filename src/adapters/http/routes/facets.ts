import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { facetSharesSchema } from '../../../domain/view.ts';
import type { LiveView } from '../../../ports/live-view.ts';
import { problemSchema } from '../errors.ts';
import { shareQuery, spaceIn } from './query.ts';

/** One value over all clusters; what one cluster has is in its own detail. */
export const facetRoutes: FastifyPluginAsyncZod<{ view: LiveView }> = async (app, { view }) => {
  app.get(
    '/v1/facet-shares',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['clusters'],
        summary: 'How frequent one value of a facet is in every cluster, to colour a map by',
        querystring: shareQuery,
        response: { 200: facetSharesSchema, 400: problemSchema, 404: problemSchema },
      },
    },
    async ({ query }) => {
      const { facet, value } = query;
      const asked = facet === undefined || value === undefined ? null : { facet, value };
      return view.facetShares(asked, spaceIn(view, query));
    },
  );
};
