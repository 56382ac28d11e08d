/** The websocket: joins the rooms, and after being away asks for what was missed. */
import { io, type Socket } from 'socket.io-client';
import type { AlertView, ClusterView, LiveEvents, Pulse, Room } from '../../domain/view.ts';
import type { Action, ListRoom } from '../state/state.ts';
import { type Api, ApiError } from './api.ts';
import type { Store } from './store.ts';

type RoomState = { alerts: AlertView[]; clusters: ClusterView[]; pulse: Pulse };

/** What was missed, or the whole where that is not held any more (or never was). */
type JoinAnswer<R extends Room> =
  | { seq: number; events: LiveEvents[R][] }
  | { seq: number; state: RoomState[R] }
  | { error: { code: string; message: string } };

type Incoming = { [R in Room]: (event: LiveEvents[R]) => void };
type Outgoing = {
  /** The answer is a JoinAnswer of the room asked for. */
  join(request: { room: Room; since?: number }, answer: (given: never) => void): void;
};
type LiveSocket = Socket<Incoming, Outgoing>;

const ANSWER_MS = 10_000;
const RETRY_MS = 3_000;

/** Checks access first, then stays connected until the answer is called. */
export function startLive(base: string, token: string | null, api: Api, store: Store): () => void {
  const socket: LiveSocket = io(new URL(base).origin, {
    path: new URL('socket.io', base).pathname,
    auth: token === null ? {} : { token },
    autoConnect: false,
    reconnectionDelayMax: 5_000,
  });
  const retries = createRetries();
  const lost = () => store.dispatch({ type: 'connection', connection: 'lost' });

  const enter = async () => {
    try {
      const pulse = await api.pulse();
      if (retries.stopped()) return;
      store.dispatch({ type: 'pulse', pulse });
      store.dispatch({ type: 'access', access: 'granted' });
      socket.connect();
    } catch (error) {
      if (retries.stopped()) return;
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        store.dispatch({ type: 'access', access: token === null ? 'token-needed' : 'token-refused' });
        return;
      }
      lost();
      retries.later(enter);
    }
  };

  followRooms(socket, store, retries);
  socket.on('connect', () => store.dispatch({ type: 'connection', connection: 'live' }));
  socket.on('disconnect', (reason) => {
    if (retries.stopped()) return;
    lost();
    // After this one the client does not try again by itself.
    if (reason === 'io server disconnect') retries.later(enter);
  });
  socket.on('connect_error', () => {
    lost();
    // Refused, not out of reach: the client has given up, and the API says whether it is for the token.
    if (!socket.active) retries.later(enter);
  });
  void enter();
  return () => {
    retries.stop();
    socket.disconnect();
  };
}

/** How what comes in of a room is told to the store. */
type Telling<R extends ListRoom> = {
  readonly room: R;
  all(seq: number, state: RoomState[R]): Action;
  some(events: readonly LiveEvents[R][]): Action;
};

const ALERTS: Telling<'alerts'> = {
  room: 'alerts',
  all: (seq, alerts) => ({ type: 'all-alerts', seq, alerts }),
  some: (events) => ({ type: 'alerts', events }),
};
const CLUSTERS: Telling<'clusters'> = {
  room: 'clusters',
  all: (seq, clusters) => ({ type: 'all-clusters', seq, clusters }),
  some: (events) => ({ type: 'clusters', events }),
};

function followRooms(socket: LiveSocket, store: Store, retries: Retries): void {
  function join<R extends ListRoom>(telling: Telling<R>): void {
    const { room } = telling;
    const { phase, seq } = store.get().feeds[room];
    const request = phase === 'away' ? { room } : { room, since: seq };
    socket.timeout(ANSWER_MS).emit('join', request, (failed: Error | null, answer: JoinAnswer<R>) => {
      if (failed !== null || 'error' in answer) {
        // Without a connection there is nothing to retry: connecting joins anew.
        if (socket.connected) retries.later(() => join(telling));
      } else if ('state' in answer) store.dispatch(telling.all(answer.seq, answer.state));
      else take(telling, answer.events);
    });
  }
  function take<R extends ListRoom>(telling: Telling<R>, events: readonly LiveEvents[R][]): void {
    const before = store.get().feeds[telling.room].phase;
    store.dispatch(telling.some(events));
    // Asked once a gap: events that come before the answer find the gap open already.
    if (before !== 'gap' && store.get().feeds[telling.room].phase === 'gap') join(telling);
  }
  socket.on('pulse', ({ pulse }) => store.dispatch({ type: 'pulse', pulse }));
  socket.on('alerts', (event) => take(ALERTS, [event]));
  socket.on('clusters', (event) => take(CLUSTERS, [event]));
  socket.on('connect', () => {
    socket.emit('join', { room: 'pulse' }, () => {});
    join(ALERTS);
    join(CLUSTERS);
  });
}

type Retries = { later(run: () => void): void; stopped(): boolean; stop(): void };

function createRetries(): Retries {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let stopped = false;
  return {
    later(run) {
      if (stopped) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, RETRY_MS);
      timers.add(timer);
    },
    stopped: () => stopped,
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
