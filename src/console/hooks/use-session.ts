import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Api, createApi } from '../data/api.ts';
import { startLive } from '../data/live.ts';
import { createStore, type Store } from '../data/store.ts';
import type { ConsoleState } from '../state/state.ts';

export type Session = { readonly api: Api; readonly store: Store };

/** The token as last given; a new object even when the same is given again, for another try. */
export type Given = { readonly token: string | null };

/** One session a token given: another starts anew, with nothing of the other's in memory. */
export function useSession(given: Given): Session {
  const session = useMemo(() => createSession(given), [given]);
  useEffect(() => startLive(document.baseURI, given.token, session.api, session.store), [session, given]);
  return session;
}

function createSession({ token }: Given): Session {
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
