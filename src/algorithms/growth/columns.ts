/**
 * State of many series as typed arrays, one array a figure and the same number of cells a slot: compact, quick to sweep,
 * and written to a snapshot as it lies in memory.
 */
type Column = Float64Array | Float32Array | Uint16Array | Int32Array;
export type Columns = Readonly<Record<string, Column>>;

/** Copies every column into the larger one of the same name. */
export function copyColumns(from: Columns, to: Columns): void {
  for (const [name, column] of Object.entries(from)) to[name]?.set(column);
}

/** Zeroes one slot of every column. */
export function clearSlot(columns: Columns, capacity: number, slot: number): void {
  for (const column of Object.values(columns)) {
    const width = column.length / capacity;
    column.fill(0, slot * width, (slot + 1) * width);
  }
}

/** Slots `from` to `to` (not included) of every column as base64, little-endian. */
export function encodeSlots(
  columns: Columns,
  capacity: number,
  from: number,
  to: number,
): Record<string, string> {
  const encoded: Record<string, string> = {};
  for (const [name, column] of Object.entries(columns)) {
    const width = column.length / capacity;
    encoded[name] = encodeColumn(column.subarray(from * width, to * width));
  }
  return encoded;
}

/** The inverse of {@link encodeSlots}. Throws RangeError on a column that is missing or of another length. */
export function decodeSlots(
  columns: Columns,
  capacity: number,
  from: number,
  to: number,
  encoded: Readonly<Record<string, string>>,
): void {
  for (const [name, column] of Object.entries(columns)) {
    const width = column.length / capacity;
    const target = column.subarray(from * width, to * width);
    decodeColumn(target, encoded[name] ?? '', name);
  }
}

export function encodeColumn(column: Column): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}

/** Fills `target` from base64. Throws RangeError when the length differs. */
export function decodeColumn(target: Column, text: string, name: string): void {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength !== target.byteLength) {
    throw new RangeError(`column ${name}: ${bytes.byteLength} bytes instead of ${target.byteLength}`);
  }
  new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes);
}
