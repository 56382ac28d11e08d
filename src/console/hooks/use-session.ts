import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { type Api, createApi } from '../data/api.ts';
import { startLive } from '../data/live.ts';
import { createStore, type Store } from '../data/store.ts';
import type { ConsoleState } from '../state/state.ts';

export type Session = { readonly api: Api; readonly store: Store };

/** One session a token: another token starts anew, with nothing of the other's in memory. */
export function useSession(token: string | null): Session {
  const [session, setSession] = useState(() => createSession(token));
  const [held, hold] = useState(token);
  if (held !== token) {
    hold(token);
    setSession(createSession(token));
  }
  useEffect(() => startLive(document.baseURI, token, session.api, session.store), [session, token]);
  return session;
}

function createSession(token: string | null): Session {
  return { api: createApi(document.baseURI, token), store: createStore() };
}

export function useConsole<T>(store: Store, select: (state: ConsoleState) => T): T {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

export const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('no session around this part');
  return api;
}
