import { total } from '../state/format.ts';
import { type Circle, radiusAt, type Size } from '../state/map.ts';
import { Concern } from './badge.tsx';
import { ClusterName } from './cluster-name.tsx';
import { Growth } from './growth.tsx';

const WIDTH = 280;

type MapTipProps = { circle: Circle; seen: { x: number; y: number }; k: number; size: Size };

/** What the circle under the pointer is; for eyes only, as its link says the same. */
export function MapTip({ circle, seen, k, size }: MapTipProps) {
  const { cluster, r } = circle;
  const away = radiusAt(r, k) + 8;
  const left = Math.min(Math.max(8, seen.x - WIDTH / 2), Math.max(8, size.width - WIDTH - 8));
  const above = seen.y > size.height / 2;
  const place = above ? { bottom: size.height - seen.y + away } : { top: seen.y + away };
  return (
    <div className="map-tip" aria-hidden="true" style={{ left, width: WIDTH, ...place }}>
      <p className="map-tip-name">
        <ClusterName {...cluster} />
      </p>
      <p className="map-tip-figures">
        <code>{cluster.id}</code>
        {cluster.name !== null && (
          <span>{total(cluster.conversations, cluster.conversations_error)} conversations</span>
        )}
        <Growth ratio={cluster.ratio} low={cluster.ratio_low} />
        {cluster.concern !== null && (
          <span>
            concern <Concern concern={cluster.concern} />
          </span>
        )}
      </p>
    </div>
  );
}
