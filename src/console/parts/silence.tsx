import { type FormEvent, useState } from 'react';
import type { ClusterView } from '../../domain/view.ts';
import { clusterLink } from '../hooks/use-route.ts';
import { useApi } from '../hooks/use-session.ts';
import { reasonOf } from '../state/reason.ts';
import { Moment } from './moment.tsx';

const HOUR = 3_600_000;
const LONG = {
  '1': '1 hour',
  '4': '4 hours',
  '24': '1 day',
  '168': '1 week',
  '720': '30 days',
} as const;

type Progress = { readonly at: 'closed' | 'open' | 'sending' } | { readonly at: 'failed'; why: string };

type SilenceProps = Pick<ClusterView, 'id' | 'silenced_until' | 'silenced_by' | 'silenced_from'> & {
  note: string | null;
};

/** Whether anybody is told of a cluster's alerts, and the way to change that. The page shows it once the server has told everybody. */
export function Silence({ note, ...cluster }: SilenceProps) {
  const api = useApi();
  const [progress, setProgress] = useState<Progress>({ at: 'closed' });
  const send = (what: Promise<void>) => {
    setProgress({ at: 'sending' });
    what.then(
      () => setProgress({ at: 'closed' }),
      (error: unknown) => setProgress({ at: 'failed', why: reasonOf(error) }),
    );
  };
  const silenced = cluster.silenced_until !== null;
  const asked = progress.at === 'open' || progress.at === 'sending' || progress.at === 'failed';
  return (
    <section className="silence" aria-label="Silence">
      {silenced && <SilencedUntil {...cluster} note={note} />}
      {silenced && (
        <button
          type="button"
          disabled={progress.at === 'sending'}
          onClick={() => send(api.endSilence(cluster.id))}
        >
          End silence
        </button>
      )}
      {!silenced && !asked && (
        <button type="button" onClick={() => setProgress({ at: 'open' })}>
          Silence
        </button>
      )}
      {!silenced && asked && (
        <SilenceForm
          sending={progress.at === 'sending'}
          onGive={(hours, why) => send(api.silence(cluster.id, Date.now() + hours * HOUR, why))}
          onCancel={() => setProgress({ at: 'closed' })}
        />
      )}
      {progress.at === 'failed' && (
        <p className="refused" role="alert">
          {progress.why}
        </p>
      )}
    </section>
  );
}

type SilenceFormProps = {
  sending: boolean;
  onGive: (hours: number, note: string) => void;
  onCancel: () => void;
};

function SilenceForm({ sending, onGive, onCancel }: SilenceFormProps) {
  const [hours, setHours] = useState<string>('4');
  const [note, setNote] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onGive(Number(hours), note.trim());
  };
  return (
    <form className="silencing" onSubmit={submit}>
      <p className="faint">Alerts are still made and shown, and nobody is told of them.</p>
      <select aria-label="For how long" value={hours} onChange={(event) => setHours(event.target.value)}>
        {Object.entries(LONG).map(([value, said]) => (
          <option key={value} value={value}>
            for {said}
          </option>
        ))}
      </select>
      <input
        aria-label="Note"
        placeholder="Why (optional)"
        maxLength={2_000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <button type="submit" className="primary" disabled={sending}>
        Silence
      </button>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}

type SilencedProps = Pick<ClusterView, 'silenced_until' | 'silenced_by' | 'silenced_from'> & {
  note?: string | null;
};

/** By whom, until when, and whose silence it is. Its end is on the clock on the wall, not on that of events. */
export function SilencedUntil({
  silenced_until: until,
  silenced_by: by,
  silenced_from: from,
  note,
}: SilencedProps) {
  if (until === null) return null;
  return (
    <p className="silenced-until">
      Silenced until <Moment at={until} now={Date.now()} /> by <b dir="auto">{by}</b>
      {from !== null && (
        <>
          , as{' '}
          <a href={clusterLink(from)}>
            <code>{from}</code>
          </a>
          , which it split from
        </>
      )}
      : nobody is told.
      {note !== undefined && note !== null && (
        <q className="note-text" dir="auto">
          {note}
        </q>
      )}
    </p>
  );
}
