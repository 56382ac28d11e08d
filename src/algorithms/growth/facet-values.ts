/** One value of one facet, such as language and de. */
export type Trait = readonly [facet: string, value: string];
export type FacetValuesState = readonly (readonly [id: number, facet: string, value: string])[];

/** No room for a value, or none at all. */
export const NO_VALUE = 0;

/**
 * Numbers for values of facets. Bounded: so many a facet and in all. One that finds no room has no number until others are let go, and is
 * not counted; a facet that fills up, as with a model name made up anew each time, takes no room from the others.
 */
export class FacetValues {
  readonly #capOfFacet: number;
  readonly #cap: number;
  /** By facet and value: a key of both would have to be made for every look-up. */
  readonly #ids = new Map<string, Map<string, number>>();
  readonly #traits: (Trait | null)[] = [null];
  readonly #free: number[] = [];
  #size = 0;

  constructor(capOfFacet: number, cap: number) {
    this.#capOfFacet = capOfFacet;
    this.#cap = cap;
  }

  get size(): number {
    return this.#size;
  }

  /** Numbers are below this. */
  get extent(): number {
    return this.#traits.length;
  }

  idOf(trait: Trait): number {
    const [facet, value] = trait;
    const ofFacet = this.#ids.get(facet);
    const known = ofFacet?.get(value);
    if (known !== undefined) return known;
    if (this.#size >= this.#cap || (ofFacet?.size ?? 0) >= this.#capOfFacet) return NO_VALUE;
    const id = this.#free.pop() ?? this.#traits.length;
    this.#put(id, trait);
    return id;
  }

  trait(id: number): Trait | null {
    return this.#traits[id] ?? null;
  }

  /** Lets go of what is not in use. */
  keep(isUsed: (id: number) => boolean): void {
    for (const [id, trait] of this.#traits.entries()) {
      if (trait === null || isUsed(id)) continue;
      this.#traits[id] = null;
      this.#free.push(id);
      this.#ids.get(trait[0])?.delete(trait[1]);
      this.#size--;
    }
  }

  state(): FacetValuesState {
    return this.#traits.flatMap((trait, id) => (trait === null ? [] : [[id, ...trait] as const]));
  }

  /** Into one that is empty. */
  restore(state: FacetValuesState): void {
    for (const [id, ...trait] of state) this.#put(id, trait);
    for (let id = 1; id < this.#traits.length; id++) {
      if (this.#traits[id] !== undefined) continue;
      this.#traits[id] = null;
      this.#free.push(id);
    }
  }

  #put(id: number, trait: Trait): void {
    const [facet, value] = trait;
    const ofFacet = this.#ids.get(facet) ?? new Map<string, number>();
    this.#ids.set(facet, ofFacet.set(value, id));
    this.#traits[id] = trait;
    this.#size++;
  }
}
