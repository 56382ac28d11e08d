/** Live events over socket.io: rooms for alerts, clusters and pulse, each event numbered, what was missed replayed. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import type { Gate } from '../../algorithms/access.ts';
import type { AlertView, ClusterView, LiveEvents, Pulse, Room } from '../../domain/view.ts';
import type { LiveView } from '../../ports/live-view.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** A client that asks for no more than it can take in needs far less; one that stopped reading gets there. */
const BUFFER_CAP_BYTES = 4 * 1024 * 1024;
/** With more than this waiting a client is behind. */
const PULSE_WAITING_BYTES = 256 * 1024;
const CLIENTS_CAP = 1_000;
const REQUEST_CAP_BYTES = 16 * 1024;
/** What the whole state of a room holds. */
const STATE_CLUSTERS = 4_000;
const STATE_ALERTS = 200;

const ROOMS = ['alerts', 'clusters', 'pulse'] as const satisfies readonly Room[];

const joinSchema = z.object({
  room: z.enum(ROOMS),
  since: z.int().nonnegative().optional(),
});

/** The whole of a room, for who has nothing yet or was away too long. */
export type RoomState = { alerts: AlertView[]; clusters: ClusterView[]; pulse: Pulse };

/**
 * The answer to `join`. `seq` is the number up to which the client now knows everything; later events follow by
 * themselves. `gap`: events after the client's `since` are no longer held, so it gets the whole state instead.
 */
export type JoinAnswer<R extends Room = Room> =
  | { seq: number; gap: false; events: LiveEvents[R][] }
  | { seq: number; gap: boolean; state: RoomState[R] }
  | { error: { code: 'wrong-join'; message: string } };

type ClientEvents = { join: (request: unknown, answer: (given: JoinAnswer) => void) => void };
type ServerEvents = { [R in Room]: (event: LiveEvents[R]) => void };
type Nothing = Record<never, never>;
/** Bytes that wait for the client. */
type Data = { waiting: number };
type Live = Server<ClientEvents, ServerEvents, Nothing, Data>;
type Client = Socket<ClientEvents, ServerEvents, Nothing, Data>;

export type LiveOptions = {
  readonly server: HttpServer;
  readonly view: LiveView;
  /** The HTTP server's own, so that both let in the same people. */
  readonly gate: Gate;
  readonly telemetry: Pick<Telemetry, 'clients' | 'capped' | 'note'>;
  /** Bytes that may wait for one client. */
  readonly bufferCapBytes?: number;
};

/** Listens on the server's port beside HTTP. `stop` comes before the HTTP server's own, which waits for sockets. */
export function attachLive(options: LiveOptions): { stop(): Promise<void> } {
  const { server, view, gate, telemetry, bufferCapBytes = BUFFER_CAP_BYTES } = options;
  let stopping = false;
  const io: Live = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: REQUEST_CAP_BYTES,
    allowRequest: (request, answer) => {
      const refusal = stopping ? 'stopping' : refusalOf(request, gate, io.engine.clientsCount);
      answer(refusal, refusal === null);
    },
  });
  io.use((socket, next) => {
    const { token } = socket.handshake.auth;
    const principal = gate.authenticate(typeof token === 'string' ? token : null);
    if (principal === null) return next(refused('no-token', 'a token is needed: auth.token'));
    if (!principal.roles.has('reader')) return next(refused('wrong-role', 'the role reader is needed'));
    next();
  });
  io.on('connection', (socket) => {
    const count = () => telemetry.clients(io.of('/').sockets.size);
    count();
    socket.on('disconnect', count);
    socket.on('join', (request, answer) => join(view, socket, request, answer));
    dropWhenSlow(socket, bufferCapBytes, telemetry);
  });
  const unsubscribe = [
    view.subscribe('alerts', (event) => void io.to('alerts').emit('alerts', event)),
    view.subscribe('clusters', (event) => void io.to('clusters').emit('clusters', event)),
    view.subscribe('pulse', (event) => sendPulse(io, event)),
  ];
  return {
    async stop() {
      stopping = true;
      for (const end of unsubscribe) end();
      // Not io.close(), which would close the HTTP server too. Nor a disconnect by name, after which clients do not
      // come back by themselves, as they should after a restart.
      io.engine.close();
      await io.of('/').adapter.close();
    },
  };
}

function refusalOf(request: IncomingMessage, gate: Gate, clients: number): string | null {
  if (clients >= CLIENTS_CAP) return `more than ${CLIENTS_CAP} clients`;
  return gate.refusal(request.headers);
}

/** Reaches the client as `connect_error` with the code in `data`. */
function refused(code: string, message: string): Error {
  return Object.assign(new Error(message), { data: { code } });
}

function join(view: LiveView, socket: Client, request: unknown, answer: unknown): void {
  // Whatever a client sends as the last argument comes in here.
  if (typeof answer !== 'function') return;
  const parsed = joinSchema.safeParse(request);
  if (!parsed.success) {
    const message = 'join takes { room: alerts | clusters | pulse, since?: number }';
    answer({ error: { code: 'wrong-join', message } } satisfies JoinAnswer);
    return;
  }
  const { room, since } = parsed.data;
  // In one turn of the event loop: no event falls between the answer and what follows it.
  void socket.join(room);
  answer(answerFor(view, room, since));
}

function answerFor(view: LiveView, room: Room, since: number | undefined): JoinAnswer {
  const seq = view.lastSeq(room);
  const events = since === undefined ? null : view.since(room, since);
  if (events !== null) return { seq, gap: false, events: [...events] };
  return { seq, gap: since !== undefined, state: stateOf(view, room) };
}

function stateOf(view: LiveView, room: Room): RoomState[Room] {
  if (room === 'pulse') return view.pulse();
  if (room === 'alerts') return [...view.alerts({ limit: STATE_ALERTS })];
  return [...view.clusters({ sort: 'growth', limit: STATE_CLUSTERS })];
}

/**
 * A client that is behind needs the next pulse, not the ones it missed. Not socket.io's `volatile`, which drops what is
 * sent in one turn with anything else, so that every pulse beside an event of another room would be lost.
 */
function sendPulse(io: Live, event: LiveEvents['pulse']): void {
  for (const socket of io.of('/').sockets.values()) {
    if (socket.rooms.has('pulse') && socket.data.waiting < PULSE_WAITING_BYTES) socket.emit('pulse', event);
  }
}

/** Cuts off a client whose unsent packets exceed the cap: it can come back and ask for what it missed. */
function dropWhenSlow(socket: Client, cap: number, telemetry: LiveOptions['telemetry']): void {
  const { conn, data: counted } = socket;
  counted.waiting = 0;
  conn.on('packetCreate', ({ data }: { data?: unknown }) => {
    counted.waiting += typeof data === 'string' ? data.length : 0;
    if (counted.waiting <= cap) return;
    telemetry.capped('websocket-buffer-bytes', counted.waiting, cap);
    telemetry.note('warn', 'a slow websocket client was cut off', {
      waiting_bytes: counted.waiting,
      cap_bytes: cap,
    });
    counted.waiting = 0;
    // Later, as the packet is still being queued; discarded, as flushing is what does not work.
    setImmediate(() => conn.close(true));
  });
  // The transport takes the queue over only once it has sent the one before.
  conn.on('flush', () => {
    counted.waiting = 0;
  });
}
