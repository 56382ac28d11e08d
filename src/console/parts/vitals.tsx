import type { ReactNode } from 'react';
import type { Pulse } from '../../domain/view.ts';
import { count, dollars, figure, percent, span, total } from '../state/format.ts';
import { Sparkline } from './sparkline.tsx';

/** More records than this waiting for a role is worth a look. */
const MUCH_LAG = 10_000;

/** The state of the pipeline at a glance. */
export function Vitals({ pulse }: { pulse: Pulse | null }) {
  if (pulse === null) return <div className="vitals" aria-hidden="true" />;
  const { llm, problems } = pulse;
  return (
    <dl className="vitals" aria-label="Pipeline">
      <Vital
        label="Conversations"
        className="traffic"
        note={`${total(pulse.per_hour, pulse.per_hour_error)} in the last hour`}
      >
        {figure(pulse.per_second)}
        <small>/s</small>
        <Sparkline values={pulse.total_sparkline} of="All conversations" width={132} height={34} />
      </Vital>
      <Vital
        label="Clusters"
        note={`gen. ${pulse.generation}${
          pulse.generation_age_seconds === null ? '' : `, ${span(pulse.generation_age_seconds * 1_000)} old`
        }`}
      >
        {count(pulse.clusters)}
      </Vital>
      <Vital label="Outliers" note="fit no cluster">
        {percent(pulse.outlier_rate)}
      </Vital>
      <Lag lag={pulse.lag} />
      <Vital
        label="Language model"
        tone={llm.failing ? 'bad' : 'plain'}
        note={llm.calls === 0 ? 'no calls' : `${count(llm.calls)} calls, ${count(llm.tokens)} tokens`}
      >
        {llmState(pulse)}
      </Vital>
      <Vital
        label="Dead letters"
        tone={pulse.dead_letters > 0 ? 'warn' : 'plain'}
        note={`${count(pulse.late)} late, ${count(pulse.zero_retention)} zero retention`}
      >
        {count(pulse.dead_letters)}
      </Vital>
      <Vital label="Pipeline" tone={pulse.ready ? 'good' : 'bad'} note={problems[0] ?? `${pulse.log} log`}>
        {pulse.ready ? 'Ready' : 'Not ready'}
      </Vital>
    </dl>
  );
}

function llmState({ llm, summarizer }: Pulse): string {
  if (llm.failing) return 'Failing';
  if (summarizer === 'offline' && llm.calls === 0) return 'Offline';
  return dollars(llm.dollars);
}

function Lag({ lag }: { lag: Pulse['lag'] }) {
  const roles = Object.entries(lag);
  const total = roles.reduce((sum, [, records]) => sum + records, 0);
  const waiting = roles.filter(([, records]) => records > 0);
  const note =
    waiting.length === 0
      ? 'all roles caught up'
      : waiting.map(([role, records]) => `${role} ${count(records)}`).join(', ');
  const all = roles.map(([role, records]) => `${role}: ${count(records)}`).join('\n');
  return (
    <Vital label="Lag" tone={total > MUCH_LAG ? 'warn' : 'plain'} note={note} title={all}>
      {count(total)}
    </Vital>
  );
}

type VitalProps = {
  label: string;
  note: string;
  tone?: 'plain' | 'good' | 'warn' | 'bad';
  className?: string;
  title?: string;
  children: ReactNode;
};

function Vital({ label, note, tone = 'plain', className = '', title, children }: VitalProps) {
  return (
    <div className={`vital ${tone} ${className}`} title={title}>
      <dt>{label}</dt>
      <dd className="value">{children}</dd>
      <dd className="note" title={title ?? note}>
        {note}
      </dd>
    </div>
  );
}
