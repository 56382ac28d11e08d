import { useCallback, useEffect, useMemo, useState } from 'react';
import { DEFAULT_SPACE } from '../domain/ids.ts';
import type { AlertView, ClusterView } from '../domain/view.ts';
import { keepToken, readToken } from './data/token.ts';
import { type Route, tabLink, useRoute } from './hooks/use-route.ts';
import { ApiContext, type Given, type Session, useConsole, useSession } from './hooks/use-session.ts';
import { AlertFeed } from './parts/alert-feed.tsx';
import { Announcer } from './parts/announcer.tsx';
import { ClusterDrawer } from './parts/cluster-drawer.tsx';
import { ClusterList } from './parts/cluster-list.tsx';
import { Header } from './parts/header.tsx';
import { Hierarchy } from './parts/hierarchy.tsx';
import { ClusterMap } from './parts/map.tsx';
import { Notes } from './parts/notes.tsx';
import { SpaceChoice } from './parts/space-choice.tsx';
import { TokenForm } from './parts/token-form.tsx';
import { Vitals } from './parts/vitals.tsx';
import type { ConsoleState } from './state/state.ts';

export function App() {
  const [given, setGiven] = useState<Given>(() => ({ token: readToken() }));
  const session = useSession(given);
  const access = useConsole(session.store, (state) => state.access);
  if (access === 'token-needed' || access === 'token-refused') {
    const give = (token: string) => {
      keepToken(token);
      setGiven({ token });
    };
    return <TokenForm refused={access === 'token-refused'} onGive={give} key={given.token} />;
  }
  return <Watch session={session} />;
}

const whole = (state: ConsoleState): ConsoleState => state;

function Watch({ session: { api: all, store } }: { session: Session }) {
  const state = useConsole(store, whole);
  const [space, setSpace] = useState<string>(DEFAULT_SPACE);
  const api = useMemo(() => all.within(space), [all, space]);
  const clusters = useMemo(() => within(state.clusters, space), [state.clusters, space]);
  const route = useRoute();
  const { pulse } = state;
  const now = pulse?.now ?? null;
  const firing = countFiring(state.alerts);
  const onShown = useCallback(
    (ids: readonly string[]) => store.dispatch({ type: 'news-shown', ids }),
    [store],
  );
  useEffect(() => {
    document.title = firing === 0 ? 'cliowatch' : `(${firing} firing) cliowatch`;
  }, [firing]);
  return (
    <ApiContext value={api}>
      <div className={`screen tab-${route.tab}`}>
        <Header pulse={pulse} connection={state.connection} firing={firing} tab={route.tab}>
          <SpaceChoice chosen={space} onChoose={setSpace} />
        </Header>
        <Vitals pulse={pulse} />
        <Notes pulse={pulse} connection={state.connection} />
        <main className="main">
          <MainView state={state} clusters={clusters} route={route} now={now} firing={firing} />
        </main>
        {route.cluster !== null && (
          <ClusterDrawer
            key={route.cluster}
            id={route.cluster}
            live={state.clusters.get(route.cluster)}
            alerts={state.alerts}
            now={now}
            closeTo={tabLink(route.tab)}
          />
        )}
        <Announcer news={state.news} alerts={state.alerts} onShown={onShown} />
      </div>
    </ApiContext>
  );
}

type MainViewProps = {
  state: ConsoleState;
  /** Of the space that is looked at. */
  clusters: ConsoleState['clusters'];
  route: Route;
  now: number | null;
  firing: number;
};

function MainView({ state, clusters, route, now, firing }: MainViewProps) {
  if (route.tab === 'map') {
    const generation = state.pulse?.generation ?? 0;
    return <ClusterMap clusters={clusters} generation={generation} selected={route.cluster} />;
  }
  if (route.tab === 'hierarchy') {
    return <Hierarchy clusters={clusters} generation={state.pulse?.generation ?? 0} />;
  }
  return (
    <>
      <ClusterList
        clusters={clusters}
        known={state.feeds.clusters.phase !== 'away'}
        seen={state.pulse?.conversations ?? 0}
        now={now}
        selected={route.cluster}
      />
      <AlertFeed
        alerts={state.alerts}
        known={state.feeds.alerts.phase !== 'away'}
        news={state.news}
        now={now}
        firing={firing}
      />
    </>
  );
}

function within(clusters: ReadonlyMap<string, ClusterView>, space: string): Map<string, ClusterView> {
  return new Map([...clusters].filter(([, cluster]) => cluster.space === space));
}

function countFiring(alerts: ReadonlyMap<string, AlertView>): number {
  let firing = 0;
  for (const alert of alerts.values()) if (alert.state === 'firing') firing++;
  return firing;
}
