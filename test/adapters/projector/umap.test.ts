import { afterAll, describe, expect, it } from 'vitest';
import { createUmapProjector } from '../../../src/adapters/projector/umap.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { toUnit } from '../../../src/domain/vector.ts';
import type { Place, ProjectionRequest } from '../../../src/ports/projector.ts';

const projector = createUmapProjector();
afterAll(() => projector.stop());

const DIMENSION = 24;

/** Rows around six directions that lie apart; row i belongs to direction i % 6. */
function requestOf(rows: number, change: Partial<ProjectionRequest> = {}, noise = 0.15): ProjectionRequest {
  const random = seededRandom(5);
  const data = new Float32Array(rows * DIMENSION);
  for (let i = 0; i < rows; i++) {
    const vector = Array.from(
      { length: DIMENSION },
      (_, d) => (d % 6 === i % 6 ? 1 : 0) + noise * (random() - 0.5),
    );
    data.set(toUnit(vector), i * DIMENSION);
  }
  const ids = Array.from({ length: rows }, (_, i) => `c${i}`);
  return { ids, points: { data, rows, dimension: DIMENSION }, last: new Map(), seed: 1, ...change };
}

const byId = (request: ProjectionRequest, places: readonly Place[]): Map<string, Place> =>
  new Map(request.ids.map((id, i) => [id, places[i]!]));

const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y);

function spreadOf(places: readonly Place[]): number {
  const middle = { x: 0, y: 0 };
  for (const { x, y } of places) {
    middle.x += x / places.length;
    middle.y += y / places.length;
  }
  return places.reduce((sum, place) => sum + distance(place, middle), 0) / places.length;
}

describe('the UMAP projector', () => {
  it('lays near ones near each other', async () => {
    const places = await projector.project(requestOf(120));
    let neighbours = 0;
    for (const [i, place] of places.entries()) {
      const others = places.map((other, j) => ({ j, at: distance(place, other) })).filter(({ j }) => j !== i);
      const nearest = others.sort((a, b) => a.at - b.at)[0];
      if (nearest !== undefined && nearest.j % 6 === i % 6) neighbours++;
    }
    expect(neighbours).toBeGreaterThanOrEqual(118);
  });

  it('answers the same request alike', async () => {
    expect(await projector.project(requestOf(40))).toEqual(await projector.project(requestOf(40)));
  });

  it.each([0, 1, 2, 3, 4, 5, 8, 16, 17])(
    'has a finite place for each of %i rows, none on another',
    async (rows) => {
      const places = await projector.project(requestOf(rows));
      expect(places).toHaveLength(rows);
      expect(places.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
      expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(rows);
    },
  );

  it('has finite places for rows that are all alike', async () => {
    const request = requestOf(30);
    request.points.data.set(Array.from({ length: 30 }, () => [...toUnit([1, ...Array(23).fill(0)])]).flat());
    const places = await projector.project(request);
    expect(places.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it('keeps places when vectors change a little and the order of rows entirely', async () => {
    const first = requestOf(120);
    const places = await projector.project(first);
    const last = byId(first, places);
    const drifted = requestOf(120, {}, 0.17);
    const order = drifted.ids.map((_, i) => (i * 7) % 120);
    const shuffled = new Float32Array(drifted.points.data.length);
    for (const [to, from] of order.entries()) {
      const row = drifted.points.data.subarray(from * DIMENSION, (from + 1) * DIMENSION);
      shuffled.set(row, to * DIMENSION);
    }
    const ids = order.map((i) => `c${i}`);
    const points = { data: shuffled, rows: 120, dimension: DIMENSION };
    const request = { ids, points, seed: 1 };
    const mean = (now: readonly Place[]) =>
      ids.reduce((sum, id, i) => sum + distance(now[i]!, last.get(id)!), 0) / ids.length;
    const kept = mean(await projector.project({ ...request, last }));
    const anew = mean(await projector.project({ ...request, last: new Map() }));
    expect(kept).toBeLessThan(0.15 * spreadOf(places));
    expect(kept).toBeLessThan(0.5 * anew);
  });

  it('puts new rows among those most like them', async () => {
    const first = requestOf(60);
    const last = byId(first, await projector.project(first));
    const request = requestOf(66, { last });
    const places = await projector.project(request);
    for (let i = 60; i < 66; i++) {
      const others = places.slice(0, 60).map((place, j) => ({ j, at: distance(place, places[i]!) }));
      expect(others.sort((a, b) => a.at - b.at)[0]!.j % 6).toBe(i % 6);
    }
  });

  it('leaves the places of few rows as they are, and puts a new one near them', async () => {
    const last = new Map([
      ['c0', { x: 3, y: 4 }],
      ['c1', { x: 5, y: 4 }],
    ]);
    const places = await projector.project(requestOf(3, { last }));
    expect(places.slice(0, 2)).toEqual([...last.values()]);
    expect(distance(places[2]!, { x: 4, y: 4 })).toBeLessThan(1.5);
  });
});
