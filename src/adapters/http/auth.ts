import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type AccessRole, bearerToken, type Gate, type Principal } from '../../algorithms/access.ts';
import { HttpProblem, problemSchema } from './errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; a route that does not say needs `reader`. */
    access?: AccessRole | 'open';
  }
  interface FastifyRequest {
    /** Whoever asks, once the gate let them in; null on open routes. */
    principal: Principal | null;
  }
}

/** First hook of every request: refuses by host and origin, then by role. */
export function createAuth(gate: Gate) {
  return async function authorize(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
    const refusal = gate.refusal(request.headers);
    if (refusal !== null) throw new HttpProblem(403, 'wrong-host', refusal);
    const access = request.is404 ? 'open' : (request.routeOptions.config.access ?? 'reader');
    if (access === 'open') return;
    const principal = gate.authenticate(bearerToken(request.headers.authorization));
    if (principal === null) throw new HttpProblem(401, 'no-token', 'a bearer token is needed');
    if (!principal.roles.has(access)) {
      throw new HttpProblem(403, 'wrong-role', `${principal.name} does not have the role ${access}`);
    }
    request.principal = principal;
  };
}

/** Adds what the gate may answer to the description of a route; open ones are refused by host and origin alone. */
export function describeRefusals(route: RouteOptions): void {
  if (route.schema === undefined) return;
  const answers =
    route.config?.access === 'open' ? { 403: problemSchema } : { 401: problemSchema, 403: problemSchema };
  const declared = route.schema.response;
  route.schema.response = { ...(typeof declared === 'object' ? declared : {}), ...answers };
}

/** The name behind a request that the gate let in. */
export function nameOf(request: FastifyRequest): string {
  if (request.principal === null) throw new HttpProblem(401, 'no-token', 'a bearer token is needed');
  return request.principal.name;
}
