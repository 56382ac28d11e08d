import { type RefObject, useEffect, useRef, useState } from 'react';

/** The width of an element in CSS pixels, for drawings whose text must keep its size. */
export function useWidth<E extends Element>(standard: number): [RefObject<E | null>, number] {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(standard);
  useEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(entry.contentRect.width);
    });
    observer.observe(observed);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
