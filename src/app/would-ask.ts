/** Which conversations of a stream the summarizer would be asked about. */
import { SeenVersions } from '../algorithms/seen.ts';
import { type Conversation, retained } from '../domain/conversation.ts';
import { saysSomething } from '../pipeline/admit/select.ts';
import type { Config } from './config.ts';

/** summarized and snapshots are asked about; the others never. */
export type Verdict = 'summarized' | 'snapshots' | 'duplicates' | 'zeroRetention' | 'noUserText';

/** As admit selects, but that snapshots of one batch are all taken: which come together is not known. */
export function createVerdicts(
  intake: Pick<Config['intake'], 'seen_cap' | 'zero_retention_accounts'>,
): (conversation: Conversation) => Verdict {
  const seen = new SeenVersions(intake.seen_cap);
  const zeroRetention = new Set(intake.zero_retention_accounts);
  return function verdictOn(conversation) {
    const { conversation_id: id, messages, retention } = retained(conversation, zeroRetention);
    if (retention === 'zero') return 'zeroRetention';
    if (!messages.some(saysSomething)) return 'noUserText';
    const known = seen.version(id);
    if (known >= messages.length) return 'duplicates';
    seen.put(id, messages.length);
    return known === 0 ? 'summarized' : 'snapshots';
  };
}
