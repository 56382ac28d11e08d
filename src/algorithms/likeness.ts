/**
 * How alike two requests are, from 24 bytes each that tell no text: MinHash (Broder 1997) over shingles, one permutation in bins (Li,
 * Owen & Zhang 2012), empty bins filled from the next one (Shrivastava & Li 2014). What turns shingles into numbers is keyed, and not
 * here: without the key nobody can try a text against a sketch.
 */

/** Of one byte each; two sketches agree in about as many of them as their texts share of their shingles. */
export const LIKENESS_BINS = 24;
/** Agreeing bins from which two are near-duplicates: half of all shingles shared, as when a fifth of a sentence is exchanged. */
const ALIKE = 13;
/** UTF-16 code units a shingle. */
const SHINGLE = 6;
/** 32-bit words a shingle is given: a block of AES. */
const WORDS = 4;
const NOTHING = Number.POSITIVE_INFINITY;
/** Shorter, and everybody says it: greetings, "continue". Nothing is said of it. */
const SHORTEST = 32;
/** Chinese, Japanese and Korean: a character says as much as two letters, or more. */
const DENSE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/g;

/** Overlapping shingles, a block each; null: too short to say. O(length). */
export function shingles(text: string): Uint8Array | null {
  if (text.length < SHORTEST && text.length + (text.match(DENSE)?.length ?? 0) < SHORTEST) return null;
  const count = text.length - SHINGLE + 1;
  const words = new Uint32Array(count * WORDS);
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = -SHINGLE + 1; i < count; i++) {
    a = (a >>> 16) | (b << 16);
    b = (b >>> 16) | (c << 16);
    c = (c >>> 16) | (text.charCodeAt(i + SHINGLE - 1) << 16);
    if (i < 0) continue;
    words[i * WORDS] = a;
    words[i * WORDS + 1] = b;
    words[i * WORDS + 2] = c;
  }
  return new Uint8Array(words.buffer);
}

/** The sketch of shingles that a keyed permutation has made into random blocks. O(shingles). */
export function minima(keyed: Uint8Array): Uint8Array {
  const words = wordsOf(keyed);
  const least = new Float64Array(LIKENESS_BINS).fill(NOTHING);
  const sketch = new Uint8Array(LIKENESS_BINS);
  for (let at = 0; at + WORDS <= words.length; at += WORDS) {
    const bin = (words[at] ?? 0) % LIKENESS_BINS;
    const rank = words[at + 1] ?? 0;
    if (rank >= (least[bin] ?? 0)) continue;
    least[bin] = rank;
    sketch[bin] = words[at + 2] ?? 0;
  }
  for (let bin = 0; bin < LIKENESS_BINS; bin++) {
    if (least[bin] !== NOTHING) continue;
    // Only from a bin that had something itself, or one would spread over all.
    let from = (bin + 1) % LIKENESS_BINS;
    while (least[from] === NOTHING && from !== bin) from = (from + 1) % LIKENESS_BINS;
    sketch[bin] = sketch[from] ?? 0;
  }
  return sketch;
}

/** As words: a view where they are aligned, else a copy. Byte order of this machine: the same wherever one key is used on one kind. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
}

/** Candidates looked at in one bucket: more of them are strangers that share a common phrase. */
const BUCKET = 48;
/** Distinct sketches between two pauses: about a millisecond, five at worst. */
const PIECE = 100;

/**
 * Puts near-duplicates together: each sketch joins the first group whose leader it is alike, the most frequent sketches leading. Candidates
 * by bands of two bins, which miss one in thirty pairs at the limit. Not dependent on order. O(distinct · 12 bands · 48) at worst.
 * @param sketches base64url; empty: not known
 * @returns the group of each; -1: not known. Pauses between pieces.
 */
export function* groupAlike(sketches: readonly string[]): Generator<undefined, number[]> {
  const times = new Map<string, number>();
  for (const sketch of sketches) if (sketch !== '') times.set(sketch, (times.get(sketch) ?? 0) + 1);
  const distinct = [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const leaders: Uint8Array[] = [];
  const buckets = new Map<number, number[]>();
  const groups = new Map<string, number>();
  for (const [i, [sketch]] of distinct.entries()) {
    if (i % PIECE === PIECE - 1) yield;
    const bytes = Buffer.from(sketch, 'base64url');
    const found = leaderOf(bytes, leaders, buckets);
    groups.set(sketch, found ?? leaders.length);
    if (found === null) lead(bytes, leaders, buckets);
  }
  return sketches.map((sketch) => groups.get(sketch) ?? -1);
}

function* bandsOf(bytes: Uint8Array): Generator<number> {
  for (let bin = 0; bin + 1 < LIKENESS_BINS; bin += 2)
    yield (bin << 16) | ((bytes[bin] ?? 0) << 8) | (bytes[bin + 1] ?? 0);
}

function leaderOf(
  bytes: Uint8Array,
  leaders: readonly Uint8Array[],
  buckets: ReadonlyMap<number, readonly number[]>,
): number | null {
  for (const band of bandsOf(bytes)) {
    for (const candidate of buckets.get(band) ?? []) {
      const leader = leaders[candidate];
      if (leader !== undefined && alike(bytes, leader)) return candidate;
    }
  }
  return null;
}

function lead(bytes: Uint8Array, leaders: Uint8Array[], buckets: Map<number, number[]>): void {
  const group = leaders.push(bytes) - 1;
  for (const band of bandsOf(bytes)) {
    const bucket = buckets.get(band);
    if (bucket === undefined) buckets.set(band, [group]);
    else if (bucket.length < BUCKET) bucket.push(group);
  }
}

/** Whether two sketches are of near-duplicates. */
function alike(a: Uint8Array, b: Uint8Array): boolean {
  let equal = 0;
  for (let bin = 0; bin < LIKENESS_BINS; bin++) if (a[bin] === b[bin]) equal++;
  return equal >= ALIKE;
}
