/** Which conversations of a stream the summarizer would be asked about. */
import { SeenVersions } from '../algorithms/seen.ts';
import type { Conversation } from '../domain/conversation.ts';
import { saysSomething } from '../pipeline/admit/select.ts';

/** summarized and snapshots are asked about; the others never. */
export type Verdict = 'summarized' | 'snapshots' | 'duplicates' | 'zeroRetention' | 'noUserText';

/** As admit selects, but that snapshots of one batch are all taken: which come together is not known. */
export function createVerdicts(seenCap: number): (conversation: Conversation) => Verdict {
  const seen = new SeenVersions(seenCap);
  return function verdictOn({ conversation_id: id, messages, retention }) {
    if (retention === 'zero') return 'zeroRetention';
    if (!messages.some(saysSomething)) return 'noUserText';
    const known = seen.version(id);
    if (known >= messages.length) return 'duplicates';
    seen.put(id, messages.length);
    return known === 0 ? 'summarized' : 'snapshots';
  };
}
