import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { conversation, startHttpRig, TOKENS } from '../../support/http-rig.ts';
import { need } from '../../support/need.ts';

const folder = mkdtempSync(join(tmpdir(), 'cliowatch-http-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a listening server', () => {
  it('answers over a real socket at the address it names', async () => {
    await using rig = await startHttpRig();
    const { url } = await rig.server.listen('localhost', 0);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const answer = await fetch(`${url}/v1/conversations`, {
      method: 'POST',
      body: JSON.stringify(conversation()),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(202);
    expect(rig.taken).toHaveLength(1);
  });

  it('cuts off a body without end at the limit', async () => {
    await using rig = await startHttpRig({ maxBytes: 1_000_000 });
    const { url } = await rig.server.listen('127.0.0.1', 0);
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 65_536;
        this.push(sent > 50_000_000 ? null : Buffer.alloc(65_536, ' '));
      },
    });
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const outgoing = httpRequest(`${url}/v1/conversations`, { method: 'POST', headers });
      outgoing.on('response', (response) => {
        resolve(response.statusCode);
        outgoing.destroy();
      });
      // The connection may be cut while more is still being written, before the answer is read.
      outgoing.on('error', (error) =>
        'code' in error && error.code === 'EPIPE' ? resolve('cut') : reject(error),
      );
      endless.pipe(outgoing);
    });
    expect([413, 'cut']).toContain(status);
    expect(sent).toBeLessThan(50_000_000);
  });

  it('survives a client that speaks no HTTP', async () => {
    await using rig = await startHttpRig();
    const { url } = await rig.server.listen('127.0.0.1', 0);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end('\u0016\u0003 not http\r\n\r\n');
    expect(await text(socket)).toContain('400');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  const openssl = need('openssl');
  it.skipIf(openssl === null)('speaks TLS with the key it is given', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const args = ['req', '-x509', ...newKey, ...subject, '-keyout', key, '-out', cert];
    execFileSync(openssl ?? '', args, { stdio: 'ignore' });
    const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
    await using rig = await startHttpRig({ tokens: TOKENS, tls });
    const { url } = await rig.server.listen('0.0.0.0', 0);
    const port = new URL(url).port;
    const { body, hsts } = await new Promise<{ body: string; hsts: unknown }>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/healthz', ca: tls.cert, servername: 'localhost' })
        .on('error', reject)
        .on('response', async (response) =>
          resolve({ body: await text(response), hsts: response.headers['strict-transport-security'] }),
        )
        .end();
    });
    expect(body).toContain('alive');
    expect(hsts).toContain('max-age');
  });
});

describe('pages', () => {
  const site = join(folder, 'site');
  mkdirSync(join(site, 'assets'), { recursive: true });
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(site, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');

  it('serves the console open, so that it can ask for a token', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS }, { consoleFolder: site });
    const page = await rig.app.inject({ url: '/' });
    expect(page.body).toContain('<title>console</title>');
    expect(page.headers['cache-control']).toBe('no-cache');
    const script = await rig.app.inject({ url: '/assets/index-abc123.js' });
    expect(script.headers['content-type']).toContain('javascript');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2f..%2fsecret.txt',
    '/none.js',
    '/assets/',
  ])('answers %s with an error in JSON', async (url) => {
    await using rig = await startHttpRig({}, { consoleFolder: site });
    const answer = await rig.app.inject({ url });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.json().error.code).toBeTypeOf('string');
  });

  it('lets pages load scripts and styles from here only, and no one frame them', async () => {
    await using rig = await startHttpRig({}, { consoleFolder: site });
    for (const url of ['/', '/assets/index-abc123.js', '/v1/pulse', '/none']) {
      const { headers } = await rig.app.inject({ url });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('describes every route and its schemas as OpenAPI', async () => {
    await using rig = await startHttpRig();
    const document = (await rig.app.inject({ url: '/docs/json' })).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/healthz',
      '/metrics',
      '/readyz',
      '/v1/alerts',
      '/v1/alerts/{id}',
      '/v1/alerts/{id}/acknowledge',
      '/v1/classifier-check',
      '/v1/clusters',
      '/v1/clusters/{id}',
      '/v1/clusters/{id}/silence',
      '/v1/conversations',
      '/v1/coordination',
      '/v1/facet-shares',
      '/v1/generations',
      '/v1/hierarchy',
      '/v1/lineage',
      '/v1/pulse',
      '/v1/safety/classifier-check',
      '/v1/safety/clusters',
      '/v1/safety/clusters/{id}',
      '/v1/safety/clusters/{id}/conversations',
      '/v1/safety/coordination',
      '/v1/safety/links/{token}',
      '/v1/schema',
      '/v1/silences',
      '/v1/spaces',
      '/v1/watches',
      '/v1/watches/{id}',
      '/v1/watches/{id}/report',
      '/v1/watches/{id}/report.html',
    ]);
    const intake = document.paths['/v1/conversations'].post;
    expect(Object.keys(intake.requestBody.content)).toEqual(['application/json', 'application/x-ndjson']);
    const shown = document.paths['/v1/clusters'].get.responses['200'].content['application/json'].schema;
    expect(shown.properties.clusters.items.properties.ratio_low.description).toBe('95% lower bound');
  });

  it('describes that a route may ask for a token or a role, and that an open one may not', async () => {
    await using rig = await startHttpRig();
    const document = (await rig.app.inject({ url: '/docs/json' })).json();
    const { paths } = document;
    for (const [path, { get, post, put }] of Object.entries<Record<string, { responses: object }>>(paths)) {
      const open = ['/healthz', '/readyz', '/v1/schema'].includes(path);
      const answers = Object.keys((get ?? post ?? put)?.responses ?? {});
      expect(answers.includes('401'), path).toBe(!open);
      expect(answers, path).toContain('403');
      expect(
        answers.some((status) => status.startsWith('2')),
        path,
      ).toBe(true);
    }
    const { schema } = paths['/v1/alerts'].get.responses['401'].content['application/json'];
    expect(schema.properties.error.properties.code.type).toBe('string');
  });
});
