import { createHash } from 'node:crypto';

/** A poor man's embedding: words hashed to coordinates. Texts that share words are near. */
export function bagOfWords(text: string, dimension: number): number[] {
  const row = new Array<number>(dimension).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const bytes = createHash('sha256').update(word).digest();
    row[bytes.readUInt16LE(0) % dimension]! += (bytes[2] ?? 0) % 2 === 0 ? 1 : -1;
  }
  return row;
}
