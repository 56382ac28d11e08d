/** What a run leaves for the page. */
import { z } from 'zod';

const searchedSchema = z.object({ bytes: z.number(), found: z.array(z.string()) });

export const outcomeSchema = z.object({
  layers: z.record(z.string(), z.object({ outputs: z.number(), holding: z.number() })),
  clusters: z.object({ all: z.number(), shown: z.number() }),
  alerts: z.number(),
  deadLetters: z.number(),
  /** Points by who summarized them, and records of labels by who named them. */
  summarized: z.record(z.string(), z.number()),
  labelled: z.record(z.string(), z.number()),
  /** Values that were looked for. */
  sought: z.array(z.string()),
  /** How many were not, of how many distinct ones, and why. */
  notSought: z.object({
    distinct: z.number(),
    tooShort: z.number(),
    unmarkedToo: z.number(),
    saidBefore: z.number(),
  }),
  keeping: z.array(z.object({ layer: z.string(), topic: z.string(), access: z.string(), kept: z.string() })),
  /** Where nothing may be found. */
  places: z.record(z.string(), searchedSchema),
  /** What holds single conversations. */
  single: z.record(z.string(), searchedSchema),
  refused: z.array(z.string()),
  unchanged: z.array(z.string()),
});
export type Outcome = z.infer<typeof outcomeSchema>;
export type Places = Outcome['places'];
