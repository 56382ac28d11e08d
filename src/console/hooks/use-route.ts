/** Where the reader is, kept in the part of the address after #, so that every view can be linked to. */
import { useEffect, useState } from 'react';

export type Tab = 'live' | 'alerts' | 'map' | 'hierarchy';
export type Route = { readonly tab: Tab; readonly cluster: string | null };

export const clusterLink = (id: string): string => `#/clusters/${encodeURIComponent(id)}`;
export const tabLink = (tab: Tab): string => (tab === 'live' ? '#/' : `#/${tab}`);

/** A cluster is shown over the tab that was open before. */
export function parseRoute(hash: string, before: Tab): Route {
  const [first, second] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'clusters' && second !== undefined && second !== '') {
    return { tab: before, cluster: decoded(second) };
  }
  const known = first === 'alerts' || first === 'map' || first === 'hierarchy';
  return { tab: known ? first : 'live', cluster: null };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash, 'live'));
  useEffect(() => {
    const follow = () => setRoute((before) => parseRoute(location.hash, before.tab));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
