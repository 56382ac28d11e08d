/** A certificate authority of one test run, and a broker's certificate for localhost signed by it. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Certificates = {
  /** PEM of the authority. */
  readonly ca: string;
  /** A file with the broker's key and certificate, as Kafka reads it. */
  readonly keystore: string;
};

export async function makeCertificates(folder: string): Promise<Certificates> {
  const path = (name: string): string => join(folder, name);
  const openssl = (...words: string[]) => run('openssl', words);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = [
    '-subj',
    '/CN=test authority',
    '-days',
    '2',
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.pem'),
  ];
  await openssl('req', '-x509', ...key, ...authority);
  await openssl(
    'req',
    ...key,
    '-subj',
    '/CN=localhost',
    '-keyout',
    path('broker.key'),
    '-out',
    path('broker.csr'),
  );
  await writeFile(path('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  const signing = [
    '-CA',
    path('ca.pem'),
    '-CAkey',
    path('ca.key'),
    '-CAcreateserial',
    '-extfile',
    path('names'),
  ];
  await openssl(
    'x509',
    '-req',
    '-in',
    path('broker.csr'),
    '-days',
    '2',
    ...signing,
    '-out',
    path('broker.pem'),
  );
  const [ca = '', own = '', secret = ''] = await Promise.all(
    ['ca.pem', 'broker.pem', 'broker.key'].map((name) => readFile(path(name), 'utf8')),
  );
  await writeFile(path('keystore.pem'), secret + own + ca);
  return { ca, keystore: path('keystore.pem') };
}
