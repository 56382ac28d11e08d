/** What a browser is given: API description, console, and the headers that keep both to themselves. */
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** Scripts and styles from here only, as files; swagger-ui draws its icons from data: URLs. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  workerSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

export async function registerHeaders(app: FastifyInstance, overTls: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    strictTransportSecurity: overTls,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}

/** Collects the schemas of all routes registered after it; {@link registerDocs} shows them. */
export async function registerDescription(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'cliowatch', version, description: 'Live clusters of conversations, and what grows' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

export async function registerDocs(app: FastifyInstance): Promise<void> {
  await registerOpen(app, async (scope) => {
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      // swagger-ui writes a style into its page; the console gets by without.
      transformStaticCSP: (policy) => policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
    });
  });
}

/** Static files of the console, at `/`. */
export async function registerConsole(app: FastifyInstance, folder: string): Promise<void> {
  await registerOpen(app, async (scope) => {
    await scope.register(fastifyStatic, {
      root: folder,
      decorateReply: false,
      cacheControl: false,
      setHeaders(reply, path) {
        // Built files carry a hash of their content in their name; the page that names them must be asked for anew.
        const built = /[\\/]assets[\\/]/.test(path);
        reply.header('cache-control', built ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  });
}

/** Files hold no data, and a page must load before it can send a token. */
async function registerOpen(
  app: FastifyInstance,
  fill: (scope: FastifyInstance) => Promise<void>,
): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'open' };
    });
    await fill(scope);
  });
}
