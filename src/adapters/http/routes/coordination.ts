import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { coordinatedClusterSchema } from '../../../domain/view.ts';
import { problemSchema } from '../errors.ts';
import { limitOf, space, spaceIn } from './query.ts';
import { noteOf, type SafetyRoutesOptions } from './safety.ts';

const querystring = z.strictObject({ limit: limitOf(200, 20), space });
const response = {
  200: z.object({ clusters: z.array(coordinatedClusterSchema) }),
  400: problemSchema,
  404: problemSchema,
};

/** Clusters to look at first: as the aggregate plane may see them, and whatever their size, which is written down. */
export const coordinationRoutes: FastifyPluginAsyncZod<
  Pick<SafetyRoutesOptions, 'view' | 'audit' | 'clock'>
> = async (app, { view, audit, clock }) => {
  const note = noteOf(audit, clock);
  app.get(
    '/v1/coordination',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['clusters'],
        summary:
          'Clusters whose members act as one: many accounts with one template, or few with much traffic',
        querystring,
        response,
      },
    },
    async (request) => ({
      clusters: [...view.coordination(request.query.limit, spaceIn(view, request.query))],
    }),
  );
  app.get(
    '/v1/safety/coordination',
    {
      config: { access: 'safety' },
      schema: {
        tags: ['safety'],
        summary: 'Clusters whose members act as one, whatever their size, exactly',
        querystring,
        response,
      },
    },
    async (request) => {
      note(request, 'list coordination', '');
      return { clusters: [...view.safety.coordination(request.query.limit, spaceIn(view, request.query))] };
    },
  );
};
