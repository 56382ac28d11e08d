import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { lineageSchema } from '../../../domain/lineage.ts';
import {
  clusterDetailSchema,
  clusterViewSchema,
  generationViewSchema,
  hierarchyNodeSchema,
} from '../../../domain/view.ts';
import type { LiveView } from '../../../ports/live-view.ts';
import { notFound, problemSchema } from '../errors.ts';
import { clusterQuery, idParams, limitOf, space, spaceIn } from './query.ts';

const tags = ['clusters'];

/** What people ask about, as the aggregate plane may see it. */
export const clusterRoutes: FastifyPluginAsyncZod<{ view: LiveView }> = async (app, { view }) => {
  app.get(
    '/v1/clusters',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Clusters, ranked',
        querystring: clusterQuery,
        response: {
          200: z.object({ clusters: z.array(clusterViewSchema) }),
          400: problemSchema,
          404: problemSchema,
        },
      },
    },
    async (request) => ({
      clusters: [...view.clusters({ ...request.query, space: spaceIn(view, request.query) })],
    }),
  );
  app.get(
    '/v1/clusters/:id',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'One cluster: facets, timeline, neighbours, lineage',
        params: idParams,
        response: { 200: clusterDetailSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const cluster = view.cluster(request.params.id);
      if (cluster === null) throw notFound('no such cluster');
      return cluster;
    },
  );
  app.get(
    '/v1/hierarchy',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Clusters under their parents',
        querystring: z.strictObject({ space }),
        response: {
          200: z.object({ hierarchy: z.array(hierarchyNodeSchema) }),
          400: problemSchema,
          404: problemSchema,
        },
      },
    },
    async (request) => ({ hierarchy: [...view.hierarchy(spaceIn(view, request.query))] }),
  );
  await app.register(generationRoutes, { view });
  await app.register(lineageRoutes, { view });
};

const lineageRoutes: FastifyPluginAsyncZod<{ view: LiveView }> = async (app, { view }) => {
  app.get(
    '/v1/lineage',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'What became of clusters over the last full generations, as a Sankey chart draws it',
        querystring: z.strictObject({ space, generations: limitOf(50, 10) }),
        response: { 200: lineageSchema, 400: problemSchema, 404: problemSchema },
      },
    },
    async (request) => view.lineage(request.query.generations, spaceIn(view, request.query)),
  );
};

const generationRoutes: FastifyPluginAsyncZod<{ view: LiveView }> = async (app, { view }) => {
  app.get(
    '/v1/generations',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        summary: 'Generations of clusters, newest first',
        querystring: z.strictObject({ limit: limitOf(200, 20) }),
        response: { 200: z.object({ generations: z.array(generationViewSchema) }), 400: problemSchema },
      },
    },
    async (request) => ({ generations: [...view.generations(request.query.limit)] }),
  );
};
