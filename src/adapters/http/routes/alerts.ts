import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { alertViewSchema } from '../../../domain/view.ts';
import type { LiveView, Operations } from '../../../ports/live-view.ts';
import { nameOf } from '../auth.ts';
import { notFound, problemSchema } from '../errors.ts';
import { idParams, limitOf } from './query.ts';

/** What grows. */
export const alertRoutes: FastifyPluginAsyncZod<{ view: LiveView; operations: Operations }> = async (
  app,
  { view, operations },
) => {
  const tags = ['alerts'];
  app.get(
    '/v1/alerts',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Alerts, newest first',
        querystring: z.strictObject({
          state: z.enum(['pending', 'firing', 'resolved']).exactOptional(),
          limit: limitOf(1_000, 100),
        }),
        response: { 200: z.object({ alerts: z.array(alertViewSchema) }), 400: problemSchema },
      },
    },
    async (request) => ({ alerts: [...view.alerts(request.query)] }),
  );
  app.get(
    '/v1/alerts/:id',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'One alert',
        params: idParams,
        response: { 200: alertViewSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const alert = view.alert(request.params.id);
      if (alert === null) throw notFound('no such alert');
      return alert;
    },
  );
  app.post(
    '/v1/alerts/:id/acknowledge',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Say that someone looks after an alert',
        params: idParams,
        body: z.strictObject({ note: z.string().max(2_000).exactOptional() }).nullish(),
        response: {
          200: z.object({ acknowledged: z.literal(true) }),
          400: problemSchema,
          404: problemSchema,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const known = await operations.acknowledge(id, nameOf(request), request.body?.note);
      if (!known) throw notFound('no such alert');
      return { acknowledged: true } as const;
    },
  );
};
