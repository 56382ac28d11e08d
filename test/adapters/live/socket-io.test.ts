import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { describe, expect, it } from 'vitest';
import type { HttpConfig } from '../../../src/adapters/http/server.ts';
import { attachLive, type JoinAnswer, type LiveOptions } from '../../../src/adapters/live/socket-io.ts';
import { startHttpRig, TOKENS } from '../../support/http-rig.ts';
import { alertView, clusterView, pulse } from '../../support/view-fixture.ts';

/** The real HTTP server with the websocket on its port, and real clients. */
async function startLiveRig(config: Partial<HttpConfig> = {}, options: Partial<LiveOptions> = {}) {
  const http = await startHttpRig(config);
  const counts: number[] = [];
  const capped: string[] = [];
  const live = attachLive({
    server: http.app.server,
    view: http.view,
    gate: http.server.gate,
    telemetry: {
      clients: (count) => counts.push(count),
      capped: (what) => capped.push(what),
      note: () => undefined,
    },
    ...options,
  });
  const { url } = await http.server.listen('127.0.0.1', 0);
  const sockets: Socket[] = [];
  return {
    url,
    view: http.view,
    counts,
    capped,
    live,
    client(with_: Partial<ManagerOptions & SocketOptions> = {}): Socket {
      const socket = io(url, { forceNew: true, reconnection: false, ...with_ });
      sockets.push(socket);
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.disconnect();
      await live.stop();
      await http.server.stop();
    },
  };
}

const next = (socket: Socket, event: string) =>
  new Promise<unknown>((resolve) => socket.once(event, resolve));
const join = (socket: Socket, request: unknown): Promise<JoinAnswer> => socket.emitWithAck('join', request);

describe('a room', () => {
  it('gives its whole state to whoever joins, and then every event, numbered', async () => {
    await using rig = await startLiveRig();
    const client = rig.client();
    expect(await join(client, { room: 'alerts' })).toEqual({ seq: 0, gap: false, state: [alertView('a1')] });
    const arrived = next(client, 'alerts');
    rig.view.send('alerts', { alert: alertView('a2') });
    expect(await arrived).toEqual({ seq: 1, alert: alertView('a2') });
  });

  it('replays what a client missed', async () => {
    await using rig = await startLiveRig();
    for (const id of ['a1', 'a2', 'a3']) rig.view.send('alerts', { alert: alertView(id) });
    expect(await join(rig.client(), { room: 'alerts', since: 1 })).toEqual({
      seq: 3,
      gap: false,
      events: [
        { seq: 2, alert: alertView('a2') },
        { seq: 3, alert: alertView('a3') },
      ],
    });
  });

  it('says that there is a gap when the missed events are gone, and gives the state', async () => {
    await using rig = await startLiveRig();
    for (let i = 0; i < 3; i++) rig.view.send('clusters', { clusters: [clusterView('c1')], removed: [] });
    rig.view.forget('clusters');
    const answer = await join(rig.client(), { room: 'clusters', since: 1 });
    expect(answer).toEqual({ seq: 3, gap: true, state: [clusterView('c1'), clusterView('c2')] });
  });

  it('takes a number from before a restart as a gap', async () => {
    await using rig = await startLiveRig();
    expect(await join(rig.client(), { room: 'pulse', since: 99 })).toEqual({
      seq: 0,
      gap: true,
      state: pulse(),
    });
  });

  it('sends its events to none but its members', async () => {
    await using rig = await startLiveRig();
    const client = rig.client();
    await join(client, { room: 'pulse' });
    const seen: string[] = [];
    client.onAny((event) => seen.push(event));
    rig.view.send('alerts', { alert: alertView('a2') });
    const arrived = next(client, 'pulse');
    rig.view.send('pulse', { pulse: pulse({ conversations: 7 }) });
    expect(await arrived).toEqual({ seq: 1, pulse: pulse({ conversations: 7 }) });
    expect(seen).toEqual(['pulse']);
  });

  it('loses no pulse that is sent in one turn with another event', async () => {
    await using rig = await startLiveRig();
    const client = rig.client({ transports: ['websocket'] });
    await join(client, { room: 'clusters' });
    await join(client, { room: 'pulse' });
    const arrived = Promise.all([next(client, 'clusters'), next(client, 'pulse')]);
    rig.view.send('clusters', { clusters: [clusterView('c1')], removed: [] });
    rig.view.send('pulse', { pulse: pulse() });
    expect(await arrived).toMatchObject([{ seq: 1 }, { seq: 1, pulse: pulse() }]);
  });

  it.each([
    null,
    {},
    { room: 'secrets' },
    { room: 'alerts', since: -1 },
    { room: 'alerts', since: '1' },
    'alerts',
  ])('is not joined by %j, with an error that says how', async (request) => {
    await using rig = await startLiveRig();
    expect(await join(rig.client(), request)).toMatchObject({ error: { code: 'wrong-join' } });
  });

  it('survives a join without a way to answer', async () => {
    await using rig = await startLiveRig();
    const client = rig.client();
    client.emit('join', { room: 'alerts' });
    client.emit('join');
    expect(await join(client, { room: 'pulse' })).toMatchObject({ seq: 0 });
  });
});

describe('who may listen', () => {
  it.each([
    [undefined, 'no-token'],
    ['wrong-token-00001', 'no-token'],
    ['ingest-token-0001', 'wrong-role'],
    [{ toString: 1 }, 'no-token'],
  ])('is not %j', async (token, code) => {
    await using rig = await startLiveRig({ tokens: TOKENS });
    const error = await next(rig.client({ auth: { token } }), 'connect_error');
    expect(error).toMatchObject({ data: { code } });
  });

  it.each(['reader-token-0001', 'operator-token-01', 'safety-token-0001'])('is %s', async (token) => {
    await using rig = await startLiveRig({ tokens: TOKENS });
    expect(await join(rig.client({ auth: { token } }), { room: 'pulse' })).toMatchObject({ seq: 0 });
  });

  it.each(['websocket', 'polling'] as const)('is no page of another site, over %s', async (transport) => {
    await using rig = await startLiveRig();
    const extraHeaders = { origin: 'https://evil.example' };
    const error = await next(rig.client({ transports: [transport], extraHeaders }), 'connect_error');
    expect(error).toBeInstanceOf(Error);
    expect(rig.counts).toEqual([]);
  });

  it('is no name that was pointed here', async () => {
    await using rig = await startLiveRig();
    const extraHeaders = { host: 'evil.example' };
    await next(rig.client({ transports: ['websocket'], extraHeaders }), 'connect_error');
    expect(rig.counts).toEqual([]);
  });
});

describe('clients', () => {
  it('are counted as they come and go', async () => {
    await using rig = await startLiveRig();
    const [first, second] = [rig.client(), rig.client()];
    await Promise.all([next(first, 'connect'), next(second, 'connect')]);
    first.disconnect();
    await until(() => rig.counts.length === 3);
    expect(rig.counts).toEqual([1, 2, 1]);
  });

  it('that stop reading are cut off, and the others go on', async () => {
    await using rig = await startLiveRig({}, { bufferCapBytes: 200_000 });
    const [slow, well] = [await stalledClient(rig.url), rig.client({ transports: ['websocket'] })];
    await join(well, { room: 'clusters' });
    await until(() => rig.counts.at(-1) === 2);
    const received: unknown[] = [];
    well.on('clusters', (event) => received.push(event));
    const clusters = Array.from({ length: 100 }, (_, i) => clusterView(`c${i}`));
    let sent = 0;
    while (rig.counts.at(-1) === 2 && sent < 3_000) {
      rig.view.send('clusters', { clusters, removed: [] });
      sent++;
      await sleep(1);
    }
    expect(rig.capped).toEqual(['websocket-buffer-bytes']);
    expect(well.connected).toBe(true);
    await until(() => received.length === sent);
    expect(received).toHaveLength(sent);
    slow.destroy();
  });

  it('lose the connection when the server stops, so that they come back, and HTTP goes on', async () => {
    await using rig = await startLiveRig();
    const client = rig.client();
    await next(client, 'connect');
    const ended = next(client, 'disconnect');
    await rig.live.stop();
    expect(await ended).toMatch(/^transport (close|error)$/);
    expect(await next(rig.client(), 'connect_error')).toBeInstanceOf(Error);
    expect((await fetch(`${rig.url}/healthz`)).status).toBe(200);
  });
});

async function until(done: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500 && !done(); attempt++) await sleep(10);
}

/** Speaks just enough of the protocol to join a room over a raw socket, and then never reads again. */
async function stalledClient(url: string) {
  const { port } = new URL(url);
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  const key = Buffer.from('0123456789abcdef').toString('base64');
  const upgrade = [
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
  ];
  const path = '/socket.io/?EIO=4&transport=websocket';
  socket.write([`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...upgrade, '', ''].join('\r\n'));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write(frame('40'));
  socket.write(frame('420["join",{"room":"clusters"}]'));
  await sleep(100);
  socket.pause();
  return socket;
}

/** A masked text frame of under 126 bytes, RFC 6455 5.2; the mask is zero. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
