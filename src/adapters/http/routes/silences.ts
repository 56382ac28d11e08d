import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { silenceViewSchema, silenceWishSchema } from '../../../domain/silence.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LiveView, Operations, SilenceVerdict } from '../../../ports/live-view.ts';
import type { AuditEntry } from '../../../ports/store.ts';
import { nameOf } from '../auth.ts';
import { HttpProblem, notFound, problemSchema } from '../errors.ts';
import { idParams } from './query.ts';
import { noteOf } from './safety.ts';

type SilenceRoutesOptions = {
  readonly view: LiveView;
  readonly operations: Operations;
  readonly audit: (entry: AuditEntry) => void;
  readonly clock: Clock;
};

const access = 'operator';
const tags = ['silences'];
const taken = z.object({ taken: z.literal(true) });

/** Clusters of which no sink is told. What nobody is called for any more is written down, like what somebody looked at. */
export const silenceRoutes: FastifyPluginAsyncZod<SilenceRoutesOptions> = async (app, options) => {
  const { view, operations } = options;
  const note = noteOf(options.audit, options.clock);
  app.get(
    '/v1/silences',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Silences that have not ended, the first to end first',
        response: { 200: z.object({ silences: z.array(silenceViewSchema) }) },
      },
    },
    async () => ({ silences: [...view.silences()] }),
  );
  app.put(
    '/v1/clusters/:id/silence',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Tell no sink of a cluster, nor of what splits from it, until a time; its alerts are made and shown',
        params: idParams,
        body: silenceWishSchema,
        response: { 202: taken, 400: problemSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { until, ...said } = request.body;
      note(request, 'silence cluster', `${id} until ${until}`);
      refuse(await operations.silence(id, { until: Date.parse(until), ...said }, nameOf(request)));
      return reply.code(202).send({ taken: true });
    },
  );
  app.delete(
    '/v1/clusters/:id/silence',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Tell sinks of a cluster again, also where it inherits the silence of one that it split from',
        params: idParams,
        response: { 202: taken, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      note(request, 'end silence of cluster', id);
      refuse(await operations.silence(id, null, nameOf(request)));
      return reply.code(202).send({ taken: true });
    },
  );
};

function refuse(verdict: SilenceVerdict): void {
  switch (verdict.verdict) {
    case 'taken':
      return;
    case 'unknown':
      throw notFound('no such cluster');
    case 'not-silenced':
      throw notFound('it is not silenced');
    case 'wrong':
      throw new HttpProblem(400, 'invalid-request', `until: ${verdict.message}`, { field: verdict.field });
    case 'full':
      throw new HttpProblem(409, 'full', verdict.message);
  }
}
