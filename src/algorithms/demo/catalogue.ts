import type { Topic } from './topic.ts';
import { CODE } from './topics/code.ts';
import { DATA } from './topics/data.ts';

/** Everything the demo's people talk about. */
export const CATALOGUE: readonly Topic[] = [...CODE, ...DATA];
