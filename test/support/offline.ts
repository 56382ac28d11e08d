/** The offline adapters, one of each a test file: every one has a thread, and idle threads let the process end. */
import { createOfflineLabeler } from '../../src/adapters/labeler/offline.ts';
import { createUmapProjector } from '../../src/adapters/projector/umap.ts';
import { createOfflineSummarizer } from '../../src/adapters/summarizer/offline.ts';

export const offlineSummarizer = createOfflineSummarizer({ onRedacted: () => undefined });
export const offlineLabeler = createOfflineLabeler();
export const projector = createUmapProjector();
