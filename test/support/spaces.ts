import { DEFAULT_SPACE } from '../../src/domain/ids.ts';
import type { Space } from '../../src/pipeline/spaces.ts';
import { createWatchBook, type WatchBook } from '../../src/pipeline/watches.ts';

export const REQUESTS: Space = { id: DEFAULT_SPACE, watch: 'all', facet: 'request', revision: '' };

/** No watches; conversations are clustered by their requests alone. */
export const noWatches = (): WatchBook => createWatchBook({}, ['request']);
