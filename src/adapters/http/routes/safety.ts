import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { clusterDetailSchema } from '../../../domain/view.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LiveView } from '../../../ports/live-view.ts';
import type { AuditEntry } from '../../../ports/store.ts';
import { nameOf } from '../auth.ts';
import { notFound, problemSchema } from '../errors.ts';
import { idParams, limitOf } from './query.ts';

export type SafetyRoutesOptions = {
  readonly view: LiveView;
  readonly audit: (entry: AuditEntry) => void;
  readonly clock: Clock;
};

const memberSchema = z.object({
  conversation: z.string().describe('Conversation token'),
  account: z.string().describe('Account token'),
  at: z.number(),
});

/** The safety plane: every cluster whatever its size. Each access is written down before anything is handed out. */
export const safetyRoutes: FastifyPluginAsyncZod<SafetyRoutesOptions> = async (app, options) => {
  const { view, audit, clock } = options;
  const tags = ['safety'];
  app.get(
    '/v1/safety/clusters/:id',
    {
      config: { access: 'safety' },
      schema: {
        tags,
        summary: 'One cluster, whatever its size',
        params: idParams,
        response: { 200: clusterDetailSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      audit({ at: clock.now(), who: nameOf(request), what: 'read cluster', subject: id });
      const cluster = view.safety.cluster(id);
      if (cluster === null) throw notFound('no such cluster');
      return cluster;
    },
  );
  app.get(
    '/v1/safety/clusters/:id/conversations',
    {
      config: { access: 'safety' },
      schema: {
        tags,
        summary: 'Tokens of conversations in a cluster',
        params: idParams,
        querystring: z.strictObject({ limit: limitOf(1_000, 100) }),
        response: {
          200: z.object({ conversations: z.array(memberSchema) }),
          400: problemSchema,
          404: problemSchema,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      audit({ at: clock.now(), who: nameOf(request), what: 'list conversations', subject: id });
      if (view.safety.cluster(id) === null) throw notFound('no such cluster');
      return { conversations: [...view.safety.conversations(id, request.query.limit)] };
    },
  );
};
