import { type RefObject, useLayoutEffect, useRef } from 'react';

const SLIDE_MS = 450;
/** A row that comes from far off fades in: flying across the whole screen draws the eye to nothing. */
const FAR_PX = 600;

/** Rows that changed places slide there. Each child of `body` must carry its key in `data-key`. */
export function useSliding(body: RefObject<HTMLElement | null>, order: readonly string[]): void {
  const places = useRef(new Map<string, number>());
  const signature = order.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the order changes, not at each render
  useLayoutEffect(() => {
    const before = places.current;
    const now = new Map<string, number>();
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const rows = [...(body.current?.children ?? [])].filter((row) => row instanceof HTMLElement);
    for (const row of rows) now.set(row.dataset.key ?? '', row.offsetTop);
    if (!still && before.size > 0) for (const row of rows) slide(row, before, now);
    places.current = now;
  }, [signature, body]);
}

function slide(row: HTMLElement, before: Map<string, number>, now: Map<string, number>): void {
  const key = row.dataset.key ?? '';
  const from = before.get(key);
  const moved = from === undefined ? Number.POSITIVE_INFINITY : from - (now.get(key) ?? 0);
  if (moved === 0) return;
  const start = Math.abs(moved) > FAR_PX ? { opacity: 0 } : { transform: `translateY(${moved}px)` };
  row.animate([start, {}], { duration: SLIDE_MS, easing: 'cubic-bezier(0.2, 0, 0, 1)' });
}
