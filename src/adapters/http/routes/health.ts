import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { pulseSchema } from '../../../domain/view.ts';
import type { LiveView } from '../../../ports/live-view.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';

export type HealthRoutesOptions = {
  readonly view: LiveView;
  readonly telemetry: Telemetry;
  readonly version: string;
};

const readinessSchema = z.object({ ready: z.boolean(), problems: z.array(z.string()) });

/** Is it well? */
export const healthRoutes: FastifyPluginAsyncZod<HealthRoutesOptions> = async (app, options) => {
  const { view, telemetry, version } = options;
  const tags = ['health'];
  app.get(
    '/healthz',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'The process is alive',
        response: { 200: z.object({ status: z.literal('alive'), version: z.string() }) },
      },
    },
    async () => ({ status: 'alive', version }) as const,
  );
  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'It does its work; if not, why',
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const { ready, problems } = view.ready();
      return reply.code(ready ? 200 : 503).send({ ready, problems: [...problems] });
    },
  );
  app.get(
    '/metrics',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Metrics for Prometheus',
        produces: ['text/plain'],
        response: { 200: z.string().describe('Exposition format') },
      },
    },
    async (_request, reply) => {
      const { body, contentType } = await telemetry.exposition();
      return reply.type(contentType).send(body);
    },
  );
  app.get(
    '/v1/pulse',
    {
      config: { access: 'reader' },
      schema: { tags, summary: 'The pipeline at a glance', response: { 200: pulseSchema } },
    },
    async () => view.pulse(),
  );
};
