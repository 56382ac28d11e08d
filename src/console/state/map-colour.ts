/** What the colour of a circle says. Pure; colours themselves are in the style sheet. */
import type { ClusterView } from '../../domain/view.ts';
import { percent } from './format.ts';

export type Colouring = 'growth' | 'concern' | 'size' | 'group' | 'share';

export type Colour =
  /** A step of the alarm colours that growth and concern have everywhere on the page. */
  | { readonly kind: 'level'; readonly level: 'none' | 'clear' | 'strong' }
  /** 0 to 1 on one scale from pale to full. */
  | { readonly kind: 'scale'; readonly at: number }
  /** Degrees of hue. */
  | { readonly kind: 'hue'; readonly hue: number }
  /** Not told of this cluster, or not known. */
  | { readonly kind: 'untold' };

export type Legend = readonly { readonly label: string; readonly colour: Colour }[];

const UNTOLD: Colour = { kind: 'untold' };
/** Hues an equal angle apart for any number of groups, neighbours in the list far from each other. */
const GOLDEN_ANGLE = 137.508;

/** The hue of a group by its place in the list. */
export const hueOf = (i: number): number => (i * GOLDEN_ANGLE) % 360;

type Known = {
  /** Groups in their order. */
  readonly groups: readonly string[];
  /** Conversations of the largest cluster. */
  readonly largest: number;
  /** Share of the chosen value, by cluster. */
  readonly shares: ReadonlyMap<string, number>;
};

/** The colour of one cluster; one that is not shown has none. */
export function colourOf(cluster: ClusterView, by: Colouring, known: Known): Colour {
  if (cluster.visibility !== 'shown') return UNTOLD;
  switch (by) {
    case 'growth':
      return cluster.ratio_low === null ? UNTOLD : level(cluster.ratio_low, 1.2, 2);
    case 'concern':
      return cluster.concern === null ? UNTOLD : level(cluster.concern, 2.5, 3.5);
    case 'size':
      return { kind: 'scale', at: Math.sqrt(cluster.conversations / Math.max(1, known.largest)) };
    case 'group': {
      const i = cluster.parent === null ? -1 : known.groups.indexOf(cluster.parent);
      return i < 0 ? UNTOLD : { kind: 'hue', hue: hueOf(i) };
    }
    case 'share': {
      const share = known.shares.get(cluster.id);
      return share === undefined ? UNTOLD : { kind: 'scale', at: share };
    }
  }
}

function level(value: number, clear: number, strong: number): Colour {
  return { kind: 'level', level: value >= strong ? 'strong' : value >= clear ? 'clear' : 'none' };
}

const steps = (none: string, clear: string, strong: string): Legend => [
  { label: none, colour: { kind: 'level', level: 'none' } },
  { label: clear, colour: { kind: 'level', level: 'clear' } },
  { label: strong, colour: { kind: 'level', level: 'strong' } },
  { label: 'not told', colour: UNTOLD },
];

/** What the colours mean; of groups nothing, as they carry their names on the map. */
export function legendOf(by: Colouring): Legend {
  switch (by) {
    case 'growth':
      return steps('as expected', 'surely ≥1.2×', 'surely ≥2×');
    case 'concern':
      return steps('below 2.5', '2.5 and more', '3.5 and more');
    case 'size':
      return [
        { label: 'few conversations', colour: { kind: 'scale', at: 0.1 } },
        { label: 'most', colour: { kind: 'scale', at: 1 } },
        { label: 'not told', colour: UNTOLD },
      ];
    case 'group':
      return [{ label: 'in no group, or not told', colour: UNTOLD }];
    case 'share':
      return [0, 0.5, 1].map((at) => ({ label: percent(at), colour: { kind: 'scale', at } as const }));
  }
}
