import { z } from 'zod';
import { element } from '../../algorithms/fence.ts';
import type { Title } from '../../ports/labeler.ts';

/** A title as Claude writes it. */
export const titleSchema = z.object({
  name: z
    .string()
    .max(120)
    .refine((name) => {
      const words = name.trim().split(/\s+/).length;
      return name.trim() !== '' && words <= 10;
    }, 'must have one to ten words')
    .describe('Imperative phrase of at most ten words'),
  description: z.string().min(1).max(800).describe('Two sentences in the past tense'),
});

/** A title, or its name alone, as Claude reads it: fenced, with the id it may be called by. */
export function describeTitle(
  tag: string,
  { name, description }: Pick<Title, 'name'> & Partial<Title>,
  id?: string,
): string {
  const fields = [
    ...(id === undefined ? [] : [element('id', id, 20)]),
    element('name', name, 200),
    ...(description === undefined ? [] : [element('description', description, 800)]),
  ];
  return `<${tag}>\n${fields.join('\n')}\n</${tag}>`;
}

export const list = (tag: string, items: readonly string[]): string[] => [`<${tag}>`, ...items, `</${tag}>`];
