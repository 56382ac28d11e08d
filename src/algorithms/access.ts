/** Who may come in: tokens to roles, which addresses may be bound, and what a browser page elsewhere may not do. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { CliowatchError } from '../domain/errors.ts';

export type AccessRole = 'ingest' | 'reader' | 'operator' | 'safety';

export type AccessToken = {
  readonly name: string;
  readonly token: string;
  readonly roles: readonly AccessRole[];
};

/** Whoever asks: the name of the token that was used, and what it allows, implied roles included. */
export type Principal = { readonly name: string; readonly roles: ReadonlySet<AccessRole> };

export type OriginHeaders = { readonly host?: string | undefined; readonly origin?: string | undefined };

/** The one rule for HTTP and websocket. */
export type Gate = {
  /** null: no token, or none of ours. */
  authenticate(token: string | null): Principal | null;
  /** Why a request is refused whoever sends it; null when it may go on. */
  refusal(headers: OriginHeaders): string | null;
};

export type Binding = {
  readonly host: string;
  readonly tokens: readonly AccessToken[];
  readonly tls: boolean;
  readonly trustProxy: boolean;
};

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Refuses to open an address to others without tokens, or in plain text.
 * @throws CliowatchError `http-closed` with the remedy
 */
export function checkBinding({ host, tokens, tls, trustProxy }: Binding): void {
  if (isLoopback(host)) return;
  if (tokens.length === 0) {
    throw new CliowatchError(
      'http-closed',
      `http.host is ${host}, which others can reach, but http.tokens is empty`,
      {
        value: host,
        remedy: 'set http.tokens, or http.host: 127.0.0.1',
      },
    );
  }
  if (!tls && !trustProxy) {
    throw new CliowatchError('http-closed', `http.host is ${host}, and tokens would travel in plain text`, {
      value: host,
      remedy:
        'set http.tls.cert_file and http.tls.key_file, or http.trust_proxy: true behind a proxy with TLS',
    });
  }
}

/**
 * Without tokens everyone on this machine may do all but see the safety plane; pages of other sites are kept out by
 * name, as a browser would carry their requests (DNS rebinding, cross-site forms). With tokens only their bearers
 * get in, and as no browser adds a bearer token by itself, names need not be looked at. O(tokens) a call.
 */
export function createGate(tokens: readonly AccessToken[]): Gate {
  const local: Principal = { name: 'local', roles: withImplied(['ingest', 'operator']) };
  const known = tokens.map(({ name, token, roles }) => ({
    digest: digest(token),
    principal: { name, roles: withImplied(roles) },
  }));
  return {
    authenticate(token) {
      if (known.length === 0) return local;
      if (token === null) return null;
      const presented = digest(token);
      let found: Principal | null = null;
      // Every token is compared, in constant time: how long it takes tells nothing about which one was near.
      for (const { digest, principal } of known) if (timingSafeEqual(digest, presented)) found = principal;
      return found;
    },
    refusal({ host, origin }) {
      if (known.length > 0) return null;
      if (!isLocalName(`http://${host ?? ''}`)) return 'without http.tokens only localhost may be asked for';
      if (origin !== undefined && !isLocalName(origin))
        return 'without http.tokens no page of another site may ask';
      return null;
    },
  };
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string | null {
  return header?.match(/^bearer +(\S+) *$/i)?.[1] ?? null;
}

function isLocalName(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.username === '' && LOCAL_NAMES.has(parsed.hostname);
}

function withImplied(roles: readonly AccessRole[]): ReadonlySet<AccessRole> {
  const all = new Set(roles);
  if (all.has('operator') || all.has('safety')) all.add('reader');
  return all;
}

/** Equal length for any token, which the constant-time comparison needs. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
