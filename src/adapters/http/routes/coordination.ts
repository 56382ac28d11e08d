import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { coordinatedClusterSchema } from '../../../domain/view.ts';
import type { LiveView } from '../../../ports/live-view.ts';
import { problemSchema } from '../errors.ts';
import { limitOf } from './query.ts';

/** Clusters to look at first, as the aggregate plane may see them. */
export const coordinationRoutes: FastifyPluginAsyncZod<{ view: LiveView }> = async (app, { view }) => {
  app.get(
    '/v1/coordination',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['clusters'],
        summary:
          'Clusters whose members act as one: many accounts with one template, or few with much traffic',
        querystring: z.strictObject({ limit: limitOf(200, 20) }),
        response: { 200: z.object({ clusters: z.array(coordinatedClusterSchema) }), 400: problemSchema },
      },
    },
    async (request) => ({ clusters: [...view.coordination(request.query.limit)] }),
  );
};
