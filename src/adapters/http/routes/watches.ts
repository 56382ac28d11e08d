import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { reportPage } from '../../../algorithms/report-page.ts';
import { watchReportSchema, watchViewSchema } from '../../../domain/report.ts';
import { spaceViewSchema } from '../../../domain/view.ts';
import { watchIdSchema, watchSchema } from '../../../domain/watch.ts';
import type { LiveView, Operations, WatchVerdict } from '../../../ports/live-view.ts';
import { nameOf } from '../auth.ts';
import { HttpProblem, notFound, problemSchema } from '../errors.ts';

const tags = ['watches'];
/** A page with its own style and nothing else: no script, no frame, nothing loaded. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const params = z.object({ id: watchIdSchema });

/** Conversations looked at by themselves. */
export const watchRoutes: FastifyPluginAsyncZod<{ view: LiveView; operations: Operations }> = async (
  app,
  { view, operations },
) => {
  await app.register(listRoutes, { view });
  await app.register(changeRoutes, { operations });
  await app.register(reportRoutes, { view });
};

const listRoutes: FastifyPluginAsyncZod<{ view: LiveView }> = async (app, { view }) => {
  app.get(
    '/v1/spaces',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Cluster spaces: of all conversations by each facet that makes clusters, and of each watch',
        response: { 200: z.object({ spaces: z.array(spaceViewSchema) }) },
      },
    },
    async () => ({ spaces: [...view.spaces()] }),
  );
  app.get(
    '/v1/watches',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Watches',
        response: { 200: z.object({ watches: z.array(watchViewSchema) }) },
      },
    },
    async () => ({ watches: [...view.watches()] }),
  );
};

const changeRoutes: FastifyPluginAsyncZod<{ operations: Operations }> = async (app, { operations }) => {
  app.put(
    '/v1/watches/:id',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary:
          'Add a watch, or change one; with another facet or other settings its report is written and its counts begin anew',
        params,
        body: watchSchema,
        response: { 202: z.object({ taken: z.literal(true) }), 400: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      refuse(await operations.setWatch(request.params.id, request.body, nameOf(request)));
      return reply.code(202).send({ taken: true });
    },
  );
  app.delete(
    '/v1/watches/:id',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Take a watch away; its report is written first',
        params,
        response: { 202: z.object({ taken: z.literal(true) }), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      refuse(await operations.setWatch(request.params.id, null, nameOf(request)));
      return reply.code(202).send({ taken: true });
    },
  );
};

const reportRoutes: FastifyPluginAsyncZod<{ view: LiveView }> = async (app, { view }) => {
  app.get(
    '/v1/watches/:id/report',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'What a watch has seen: timeline, clusters, alerts',
        params,
        response: { 200: watchReportSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const report = view.watchReport(request.params.id);
      if (report === null) throw notFound('no such watch');
      return report;
    },
  );
  app.get(
    '/v1/watches/:id/report.html',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'The same as a page',
        params,
        response: { 200: z.string().describe('HTML'), 404: problemSchema },
      },
    },
    async (request, reply) => {
      const report = view.watchReport(request.params.id);
      if (report === null) throw notFound('no such watch');
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', REPORT_POLICY)
        .serializer((page: unknown) => String(page))
        .send(reportPage(report));
    },
  );
};

function refuse(verdict: WatchVerdict): void {
  if (verdict.verdict === 'taken') return;
  if (!('message' in verdict)) throw notFound('no such watch');
  const { message } = verdict;
  if (verdict.verdict === 'wrong')
    throw new HttpProblem(400, 'invalid-request', message, { field: verdict.field });
  throw new HttpProblem(409, verdict.verdict, message);
}
