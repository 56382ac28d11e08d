/** Holds the state and tells who listens; what changes is decided by the reducer alone. */
import { type Action, type ConsoleState, EMPTY, reduce } from '../state/state.ts';

export type Store = {
  get(): ConsoleState;
  dispatch(action: Action): void;
  subscribe(listener: () => void): () => void;
};

export function createStore(): Store {
  let state = EMPTY;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch(action) {
      state = reduce(state, action);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
