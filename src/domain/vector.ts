/** A unit vector (Euclidean length 1), float32. */
export type UnitVector = Float32Array & { readonly __unit: true };

/** Scales to length 1; a zero vector becomes the first axis, so that it stays comparable. O(d). */
export function toUnit(values: ArrayLike<number>): UnitVector {
  const out = new Float32Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i] ?? 0;
    out[i] = x;
    sum += x * x;
  }
  const norm = Math.sqrt(sum);
  if (!(norm > 0) || !Number.isFinite(norm)) {
    out.fill(0);
    if (out.length > 0) out[0] = 1;
  } else {
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) / norm;
  }
  return out as UnitVector;
}

/** By so much similarities of one and the same pair may differ: they are summed in another order, or in float32 (hnswlib 5e-7, the matrix product 1.5e-6 at 1,024 numbers). Those that should be as near are as near. */
export const ROUNDING = 1e-5;

/** Cosine similarity of two unit vectors of one dimension. O(d), in four sums that do not wait for each other. */
export function dot(a: Float32Array, b: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < a.length; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + s2 + s3;
}

/** Little-endian float32 bytes as base64, the form vectors have in topics. */
export function encodeVector(v: Float32Array): string {
  return Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('base64');
}

/** Decodes into `out`, which has room for exactly the numbers of the vector; what is missing stays as it was. O(d). */
export function decodeVectorInto(text: string, out: Float32Array): void {
  Buffer.from(out.buffer, out.byteOffset, out.byteLength).write(text, 'base64');
}

/** The inverse of {@link encodeVector}; copies into its own aligned memory. */
export function decodeVector(text: string): UnitVector {
  const bytes = Buffer.from(text, 'base64');
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  return new Float32Array(copy.buffer) as UnitVector;
}
