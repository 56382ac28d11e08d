import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { clusterDetailSchema, clusterViewSchema } from '../../../domain/view.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LiveView, ReviewLinks } from '../../../ports/live-view.ts';
import type { AuditEntry } from '../../../ports/store.ts';
import { nameOf } from '../auth.ts';
import { notFound, problemSchema } from '../errors.ts';
import { clusterQuery, idParams, limitOf, spaceIn } from './query.ts';

export type SafetyRoutesOptions = {
  readonly view: LiveView;
  readonly audit: (entry: AuditEntry) => void;
  readonly links: ReviewLinks | null;
  readonly clock: Clock;
};

const link = z.url().nullable().describe('Into your own review tool; null: no such link is configured');
const memberSchema = z.object({
  conversation: z.string().describe('Conversation token'),
  account: z.string().describe('Account token'),
  at: z.number(),
  conversation_url: link,
  account_url: link,
});

/** Writes down who asks for what. */
export function noteOf(audit: SafetyRoutesOptions['audit'], clock: Clock) {
  return (request: FastifyRequest, what: string, subject: string): void =>
    audit({ at: clock.now(), who: nameOf(request), what, subject });
}

const access = 'safety';
const tags = ['safety'];

/** The safety plane: every cluster whatever its size. Each access is written down before anything is handed out. */
export const safetyRoutes: FastifyPluginAsyncZod<SafetyRoutesOptions> = async (app, options) => {
  const { view, audit, links, clock } = options;
  const note = noteOf(audit, clock);
  app.get(
    '/v1/safety/clusters',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Clusters whatever their size, ranked',
        querystring: clusterQuery,
        response: { 200: z.object({ clusters: z.array(clusterViewSchema) }), 400: problemSchema },
      },
    },
    async (request) => {
      note(request, 'list clusters', request.query.search ?? '');
      return {
        clusters: [...view.safety.clusters({ ...request.query, space: spaceIn(view, request.query) })],
      };
    },
  );
  app.get(
    '/v1/safety/clusters/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'One cluster, whatever its size',
        params: idParams,
        response: { 200: clusterDetailSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      note(request, 'read cluster', id);
      const cluster = view.safety.cluster(id);
      if (cluster === null) throw notFound('no such cluster');
      return cluster;
    },
  );
  app.get(
    '/v1/safety/clusters/:id/conversations',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Tokens of conversations in a cluster, and links to them where links are configured',
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
      note(request, 'list conversations', id);
      if (view.safety.cluster(id) === null) throw notFound('no such cluster');
      const conversations = view.safety.conversations(id, request.query.limit).map((member) => ({
        ...member,
        conversation_url: links?.link(member.conversation) ?? null,
        account_url: links?.link(member.account) ?? null,
      }));
      return { conversations };
    },
  );
};
