/** What a start needs besides right settings: secrets and files, which only the machine that runs has. */
import { createSecureContext } from 'node:tls';
import { loadKey } from '../adapters/id-tokens/key.ts';
import { checkBinding } from '../algorithms/access.ts';
import { CliowatchError, reasonOf } from '../domain/errors.ts';
import type { Role } from '../ports/telemetry.ts';
import { hasLinks } from './adapters.ts';
import type { Config } from './config.ts';
import { needClaudeKey } from './language.ts';
import { readPem } from './pem.ts';

/**
 * Refuses what would fail later in a start; `run` asks before it begins, `config check` without beginning.
 * @throws CliowatchError with every fault, one a line
 */
export function checkStart(config: Config, roles: readonly Role[]): void {
  const faults: CliowatchError[] = [];
  for (const check of [checkHttp, checkKafka, checkKey, needClaudeKey]) {
    try {
      check(config, roles);
    } catch (error) {
      if (!(error instanceof CliowatchError)) throw error;
      faults.push(error);
    }
  }
  const [first, ...more] = faults;
  if (first === undefined) return;
  if (more.length === 0) throw first;
  const told = faults.map(({ message, remedy }) =>
    remedy === undefined ? message : `${message}; ${remedy}`,
  );
  throw new CliowatchError('config/start', told.join('\n'));
}

function checkHttp({ http }: Config): void {
  const { host, tokens, trust_proxy, tls } = http;
  const cert = readPem(tls.cert_file, 'http.tls.cert_file');
  const key = readPem(tls.key_file, 'http.tls.key_file');
  const pair = cert !== null && key !== null ? { cert, key } : null;
  if (pair !== null) checkPair(pair, 'http.tls.cert_file');
  checkBinding({ host, tokens, tls: pair !== null, trustProxy: trust_proxy });
}

function checkKafka({ log }: Config): void {
  const { enabled, ca_file, cert_file, key_file } = log.kafka.tls;
  if (log.adapter !== 'kafka' || !enabled) return;
  readPem(ca_file, 'log.kafka.tls.ca_file');
  const cert = readPem(cert_file, 'log.kafka.tls.cert_file');
  const key = readPem(key_file, 'log.kafka.tls.key_file');
  if (cert !== null && key !== null) checkPair({ cert, key }, 'log.kafka.tls.cert_file');
}

function checkPair(pair: { cert: string; key: string }, setting: string): void {
  try {
    createSecureContext(pair);
  } catch (cause) {
    throw new CliowatchError('config/tls', `${setting}: certificate and key do not fit: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

function checkKey(config: Config, roles: readonly Role[]): void {
  const { key, key_file } = config.tokens;
  const makes = roles.includes('admit') || (roles.includes('emit') && hasLinks(config));
  if (!makes) return;
  // The embedded log makes one at its first start.
  if (key === null && key_file === null && config.log.adapter === 'embedded') return;
  loadKey({ key, keyFile: key_file, generateAt: null });
}
