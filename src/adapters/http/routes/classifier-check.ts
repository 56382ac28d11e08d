import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { classifierCheckSchema } from '../../../domain/view.ts';
import { problemSchema } from '../errors.ts';
import { space, spaceIn } from './query.ts';
import { noteOf, type SafetyRoutesOptions } from './safety.ts';

const querystring = z.strictObject({
  flag: z.string().max(128).exactOptional().describe('Without: any'),
  space,
});
const response = { 200: classifierCheckSchema, 400: problemSchema, 404: problemSchema };

/** Where flags and concern disagree: as the aggregate plane may see it, and exactly, which is written down. */
export const classifierCheckRoutes: FastifyPluginAsyncZod<
  Pick<SafetyRoutesOptions, 'view' | 'audit' | 'clock'>
> = async (app, { view, audit, clock }) => {
  const note = noteOf(audit, clock);
  app.get(
    '/v1/classifier-check',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['clusters'],
        summary: 'Clusters a classifier likely misses, or flags too often',
        querystring,
        response,
      },
    },
    async (request) => view.classifierCheck(request.query.flag ?? null, spaceIn(view, request.query)),
  );
  app.get(
    '/v1/safety/classifier-check',
    {
      config: { access: 'safety' },
      schema: {
        tags: ['safety'],
        summary: 'Clusters a classifier likely misses, or flags too often, whatever their size, exactly',
        querystring,
        response,
      },
    },
    async (request) => {
      note(request, 'check classifier', request.query.flag ?? '');
      return view.safety.classifierCheck(request.query.flag ?? null, spaceIn(view, request.query));
    },
  );
};
