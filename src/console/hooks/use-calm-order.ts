import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { calmOrder } from '../state/ranking.ts';

/** Rows change places no more often than this. */
const SETTLE_MS = 4_000;
/** A row does not move away under a pointer that moved so recently. */
const POINTER_MS = 3_000;

/**
 * The order to show: it follows `wanted` every few seconds, not while the pointer is on its way to a row, and at once
 * when `choice` (what the reader picked) changes.
 */
export function useCalmOrder(
  wanted: readonly string[],
  choice: string,
  area: RefObject<HTMLElement | null>,
): readonly string[] {
  const [taken, setTaken] = useState({ order: wanted, choice });
  const latest = useRef(wanted);
  latest.current = wanted;
  useEffect(() => {
    let pointerAt = Number.NEGATIVE_INFINITY;
    const moved = () => {
      pointerAt = performance.now();
    };
    const element = area.current;
    element?.addEventListener('pointermove', moved);
    const timer = setInterval(() => {
      if (performance.now() - pointerAt < POINTER_MS) return;
      setTaken((before) => ({ ...before, order: latest.current }));
    }, SETTLE_MS);
    return () => {
      element?.removeEventListener('pointermove', moved);
      clearInterval(timer);
    };
  }, [area]);
  const fresh = taken.choice !== choice || taken.order.length === 0;
  // React renders again at once with the new order, before anything is painted.
  if (fresh && (taken.choice !== choice || wanted.length > 0)) setTaken({ order: wanted, choice });
  return useMemo(() => (fresh ? wanted : calmOrder(taken.order, wanted)), [fresh, taken, wanted]);
}
