import { z } from 'zod';

/** `?limit=`, 1 to `max`. */
export function limitOf(max: number, standard: number) {
  return z.coerce.number().int().min(1).max(max).default(standard);
}

export const idParams = z.object({ id: z.string().min(1).max(128) });
