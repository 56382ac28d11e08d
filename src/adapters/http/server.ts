/** The HTTP API, its description, and the console's files. */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type AccessToken, checkBinding, createGate, type Gate } from '../../algorithms/access.ts';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Intake, LiveView, Operations, ReviewLinks } from '../../ports/live-view.ts';
import type { AuditEntry } from '../../ports/store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { createAuth, describeRefusals } from './auth.ts';
import { parseBody } from './conversations.ts';
import { createErrorHandler, HttpProblem, notFound, sendProblem } from './errors.ts';
import { registerConsole, registerDescription, registerDocs, registerHeaders } from './pages.ts';
import { alertRoutes } from './routes/alerts.ts';
import { classifierCheckRoutes } from './routes/classifier-check.ts';
import { clusterRoutes } from './routes/clusters.ts';
import { coordinationRoutes } from './routes/coordination.ts';
import { facetRoutes } from './routes/facets.ts';
import { healthRoutes } from './routes/health.ts';
import { intakeRoutes } from './routes/intake.ts';
import { linkRoutes } from './routes/links.ts';
import { safetyRoutes } from './routes/safety.ts';
import { silenceRoutes } from './routes/silences.ts';
import { watchRoutes } from './routes/watches.ts';

/** A request that has not come in whole after so long is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle time of common proxies, so that they, not we, end idle connections. */
const KEEP_ALIVE_MS = 72_000;

/** Requests under way may end for so long when it stops. */
const GRACE_MS = 1_000;

export type HttpConfig = {
  readonly tokens: readonly AccessToken[];
  readonly trustProxy: boolean;
  /** PEM */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Conversations waiting for admit before ingest answers 429. */
  readonly maxBacklog: number;
  /** Largest request body. */
  readonly maxBytes: number;
};

export type HttpOptions = {
  readonly view: LiveView;
  /** null: this process takes no conversations. */
  readonly intake: Intake | null;
  readonly operations: Operations;
  readonly telemetry: Telemetry;
  readonly audit: (entry: AuditEntry) => void;
  /** null: tokens are one-way. */
  readonly links: ReviewLinks | null;
  readonly config: HttpConfig;
  /** Folder of the built console; null: none is served. */
  readonly consoleFolder: string | null;
  readonly version: string;
  readonly clock: Clock;
};

export type HttpServer = {
  readonly app: FastifyInstance;
  /** For whatever else listens on the same port. */
  readonly gate: Gate;
  /** @throws CliowatchError `http-closed` when the address would be open to others, `http-listen` when it is taken */
  listen(host: string, port: number): Promise<{ url: string }>;
  stop(): Promise<void>;
};

/** Builds the server; it listens only when told so. */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  const { config } = options;
  const gate = createGate(config.tokens);
  const app = createApp(config);
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => parseBody(body),
  );
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(options.telemetry));
  app.decorateRequest('principal', null);
  app.addHook('onRequest', createAuth(gate));
  app.setNotFoundHandler(async () => {
    throw notFound('no such address');
  });
  await registerHeaders(app, config.tls !== null || config.trustProxy);
  await registerDescription(app, options.version);
  await registerRoutes(app, options);
  await registerDocs(app);
  if (options.consoleFolder !== null) await registerConsole(app, options.consoleFolder);
  await app.ready();
  return {
    app,
    gate,
    async listen(host, port) {
      checkBinding({ host, tokens: config.tokens, tls: config.tls !== null, trustProxy: config.trustProxy });
      try {
        // "localhost" would make fastify open a second server, which the websocket is not attached to.
        return { url: await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port }) };
      } catch (error) {
        throw new CliowatchError('http-listen', `cannot listen on ${host}:${port}: ${reasonOf(error)}`, {
          value: `${host}:${port}`,
          remedy: 'stop what uses the port, or set http.port',
          cause: error,
        });
      }
    },
    async stop() {
      const closed = app.close();
      // Browsers open connections ahead of need, and closing would wait for one that never asks anything.
      const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
      await closed.finally(() => clearTimeout(cut));
    },
  };
}

function createApp({ tls, trustProxy, maxBytes }: HttpConfig): FastifyInstance {
  const limits = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  return Fastify({
    trustProxy,
    bodyLimit: maxBytes,
    // A token of the longest id is as long as this.
    routerOptions: { maxParamLength: 1_024 },
    serverFactory: (handler) =>
      tls === null ? createServer(limits, handler) : createTlsServer({ ...limits, ...tls }, handler),
    // What cannot even be routed: malformed percent-encoding, parameters without end.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, new HttpProblem(error.statusCode ?? 400, 'bad-url', 'not a valid address'));
    },
  });
}

async function registerRoutes(app: FastifyInstance, options: HttpOptions): Promise<void> {
  const { view, intake, operations, telemetry, audit, links, clock, version, config } = options;
  await app.withTypeProvider<ZodTypeProvider>().register(async (api) => {
    api.addHook('onRoute', describeRefusals);
    // Figures of now: a cached answer would be a wrong one, and some are for one reader only.
    api.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    await api.register(intakeRoutes, { intake, telemetry, maxBacklog: config.maxBacklog });
    await api.register(clusterRoutes, { view });
    await api.register(facetRoutes, { view });
    await api.register(alertRoutes, { view, operations });
    await api.register(silenceRoutes, { view, operations, audit, clock });
    await api.register(watchRoutes, { view, operations });
    await api.register(safetyRoutes, { view, audit, links, clock });
    await api.register(coordinationRoutes, { view, audit, clock });
    await api.register(classifierCheckRoutes, { view, audit, clock });
    await api.register(linkRoutes, { audit, links, clock });
    await api.register(healthRoutes, { view, telemetry, version });
  });
}
