/** The next number for a cluster or a heading of a space. A rebuild and what is born meanwhile take of the same: none is given twice. */
export type Numbers = { next: number };
