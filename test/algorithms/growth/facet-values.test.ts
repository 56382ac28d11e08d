import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FacetValues, NO_VALUE, type Trait } from '../../../src/algorithms/growth/facet-values.ts';

const trait = fc.tuple(fc.constantFrom('model', 'language'), fc.integer({ min: 0, max: 9 }).map(String));

describe('numbers of values', () => {
  it('are one a value while it is held, never more than there is room for, and the same after a restart', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(trait, fc.nat(20)), { maxLength: 60 }), (steps) => {
        let values = new FacetValues(4, 6);
        let held = new Map<string, number>();
        for (const step of steps) {
          if (typeof step === 'number') {
            values.keep((id) => id % 3 === step % 3);
            held = new Map([...held].filter(([, id]) => id % 3 === step % 3));
            const next = new FacetValues(4, 6);
            next.restore(JSON.parse(JSON.stringify(values.state())));
            values = next;
            continue;
          }
          const id = values.idOf(step);
          const known = held.get(step.join(' '));
          if (known !== undefined) expect(id).toBe(known);
          else if (id !== NO_VALUE) {
            expect([...held.values()]).not.toContain(id);
            held.set(step.join(' '), id);
          } else {
            const ofFacet = [...held.keys()].filter((key) => key.startsWith(step[0])).length;
            expect(ofFacet === 4 || held.size === 6).toBe(true);
          }
          expect(values.size).toBe(held.size);
        }
        for (const [key, id] of held) expect(values.trait(id)?.join(' ')).toBe(key);
      }),
    );
  });

  it('of a facet that fills up leave room for the others', () => {
    const values = new FacetValues(3, 10);
    const models = Array.from({ length: 8 }, (_, i): Trait => ['model', `m${i}`]);
    expect(models.map((model) => values.idOf(model))).toEqual([1, 2, 3, 0, 0, 0, 0, 0]);
    expect(values.idOf(['language', 'de'])).toBe(4);
  });
});
