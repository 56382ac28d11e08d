/**
 * 53-bit hash of a string, as an exact double: a key for numeric maps, an eighth of a string key's memory. Two of a
 * million keys collide with probability 5.5e-5. Not keyed: give it tokens, never raw ids. O(length).
 * Two 32-bit multiply-xorshift lanes, finished as in MurmurHash3 (Appleby 2011).
 */
export function hash53(text: string): number {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0xcc9e2d51);
    b = Math.imul(b ^ c, 0x1b873593);
    a = (a << 13) | (a >>> 19);
    b = (b << 15) | (b >>> 17);
  }
  a = mix(a ^ b);
  b = mix(b ^ Math.imul(a, 5));
  return (b >>> 11) * 4294967296 + (a >>> 0);
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Uniform in [0, 1) by content: the same text falls on the same side of every threshold, so that samples nest. */
export function hashUnit(text: string): number {
  return hash53(text) / 9007199254740992;
}
