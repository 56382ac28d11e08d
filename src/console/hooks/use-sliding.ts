import { type RefObject, useLayoutEffect, useRef } from 'react';

const SLIDE_MS = 450;
/** A row that comes from far off fades in: flying across the whole screen draws the eye to nothing. */
const FAR_PX = 600;

/** Rows that changed places slide there. `order` holds the key of each child of `body`. */
export function useSliding(body: RefObject<HTMLElement | null>, order: readonly string[]): void {
  const places = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const rows = body.current?.children;
    if (rows === undefined) return;
    const before = places.current;
    places.current = new Map();
    const moving = before.size > 0 && !matchMedia('(prefers-reduced-motion: reduce)').matches;
    // All are measured before any is animated: measuring in between would lay the page out again each time.
    for (const [i, key] of order.entries()) {
      const row = rows[i];
      if (row instanceof HTMLElement) places.current.set(key, row.offsetTop);
    }
    if (!moving) return;
    for (const [i, key] of order.entries()) {
      const row = rows[i];
      if (row !== undefined) slide(row, before.get(key), places.current.get(key) ?? 0);
    }
  }, [body, order]);
}

function slide(row: Element, from: number | undefined, to: number): void {
  if (from === to) return;
  const near = from !== undefined && Math.abs(from - to) <= FAR_PX;
  const start = near ? { transform: `translateY(${from - to}px)` } : { opacity: 0 };
  row.animate([start, {}], { duration: SLIDE_MS, easing: 'cubic-bezier(0.2, 0, 0, 1)' });
}
