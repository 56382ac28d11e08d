import { type FormEvent, useState } from 'react';
import { useApi } from '../hooks/use-session.ts';
import { reasonOf } from '../state/reason.ts';

type Progress =
  | { readonly at: 'closed' | 'open' | 'sending' | 'sent' }
  | { readonly at: 'failed'; why: string };

/** Says that someone looks after an alert. The card shows it once the server has told everybody. */
export function Acknowledge({ alertId }: { alertId: string }) {
  const api = useApi();
  const [progress, setProgress] = useState<Progress>({ at: 'closed' });
  const [note, setNote] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setProgress({ at: 'sending' });
    api.acknowledge(alertId, note.trim()).then(
      () => setProgress({ at: 'sent' }),
      (error: unknown) => setProgress({ at: 'failed', why: reasonOf(error) }),
    );
  };
  if (progress.at === 'sent') return <p className="acknowledged">Acknowledged.</p>;
  if (progress.at === 'closed') {
    return (
      <button type="button" className="acknowledge" onClick={() => setProgress({ at: 'open' })}>
        Acknowledge
      </button>
    );
  }
  return (
    <form className="acknowledging" onSubmit={submit}>
      <input
        ref={focusOnce}
        aria-label="Note"
        placeholder="Note (optional)"
        maxLength={2_000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <button type="submit" className="primary" disabled={progress.at === 'sending'}>
        Acknowledge
      </button>
      <button type="button" onClick={() => setProgress({ at: 'closed' })}>
        Cancel
      </button>
      {progress.at === 'failed' && (
        <p className="refused" role="alert">
          {progress.why}
        </p>
      )}
    </form>
  );
}

/** The reader has just asked for this field. */
function focusOnce(input: HTMLInputElement | null): void {
  input?.focus();
}
