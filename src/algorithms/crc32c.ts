/** The checksum that Kafka puts on record batches. */
const POLYNOMIAL = 0x82f63b78;
/** Entry `256 r + b`: what byte b does to the checksum when r more bytes of its group of eight follow. */
const TABLE = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const before = table[i - 256] ?? 0;
    table[i] = (table[before & 255] ?? 0) ^ (before >>> 8);
  }
  return table;
}

/** CRC-32C (Castagnoli) of bytes `start` to `end`, eight at a time. O(n). Kounavis and Berry 2005, "slicing by 8". */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  let i = start;
  for (const last = end - 7; i < last; i += 8) {
    crc ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
    crc =
      entry(1792 + (crc & 255)) ^
      entry(1536 + ((crc >>> 8) & 255)) ^
      entry(1280 + ((crc >>> 16) & 255)) ^
      entry(1024 + (crc >>> 24)) ^
      entry(768 + at(bytes, i + 4)) ^
      entry(512 + at(bytes, i + 5)) ^
      entry(256 + at(bytes, i + 6)) ^
      entry(at(bytes, i + 7));
  }
  for (; i < end; i++) crc = entry((crc ^ at(bytes, i)) & 255) ^ (crc >>> 8);
  return ~crc >>> 0;
}

// One function for each kind of array, or neither is fast. Always inside: the compiler cannot know.
const entry = (i: number): number => TABLE[i] ?? 0;
const at = (bytes: Uint8Array, i: number): number => bytes[i] ?? 0;
