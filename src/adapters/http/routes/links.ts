import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { notFound, problemSchema } from '../errors.ts';
import { noteOf, type SafetyRoutesOptions } from './safety.ts';

/** From a token to the conversation or account behind it, in the user's own review tool. Safety plane. */
export const linkRoutes: FastifyPluginAsyncZod<
  Pick<SafetyRoutesOptions, 'audit' | 'links' | 'clock'>
> = async (app, { audit, links, clock }) => {
  const access = 'safety';
  const tags = ['safety'];
  const note = noteOf(audit, clock);
  app.get(
    '/v1/safety/links/:token',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Opens a token, as it stands in records and alerts, into a link to your own review tool',
        params: z.object({ token: z.string().min(1).max(1_024) }),
        response: { 200: z.object({ url: z.url() }), 404: problemSchema },
      },
    },
    async (request) => {
      const { token } = request.params;
      note(request, 'open token', token);
      if (links === null)
        throw notFound('no links are configured: safety.conversation_url, safety.account_url');
      const url = links.link(token);
      if (url === null) throw notFound('not a token of this key, or its kind has no link');
      return { url };
    },
  );
};
