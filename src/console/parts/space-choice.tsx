import { useCallback } from 'react';
import type { SpaceView } from '../../domain/view.ts';
import { usePolled } from '../hooks/use-polled.ts';
import { useApi } from '../hooks/use-session.ts';
import { count } from '../state/format.ts';

const POLL_SECONDS = 15;

/** Which clusters are looked at: of all conversations, by which of their facets, or of a watch. Nothing to choose: nothing. */
export function SpaceChoice({ chosen, onChoose }: { chosen: string; onChoose(space: string): void }) {
  const api = useApi();
  const ask = useCallback(() => api.spaces(), [api]);
  const spaces = usePolled(ask, POLL_SECONDS).value ?? [];
  if (spaces.length < 2) return null;
  // A watch that was taken away while it was looked at.
  const gone = !spaces.some(({ id }) => id === chosen);
  return (
    <select
      className="space-choice"
      aria-label="Clusters of"
      value={chosen}
      onChange={(event) => onChoose(event.target.value)}
    >
      {gone && <option value={chosen}>{chosen} (gone)</option>}
      <optgroup label="All conversations">
        {spaces.filter(({ watch }) => watch === null).map(option)}
      </optgroup>
      <optgroup label="Watches">{spaces.filter(({ watch }) => watch !== null).map(option)}</optgroup>
    </select>
  );
}

function option({ id, facet, watch, title, clusters }: SpaceView) {
  const name = watch === null ? `By ${facet}` : (title ?? watch);
  return (
    <option key={id} value={id}>
      {name} ({count(clusters)})
    </option>
  );
}
