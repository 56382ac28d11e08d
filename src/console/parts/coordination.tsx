import type { CoordinationView } from '../../domain/view.ts';
import { figure, percent, times } from '../state/format.ts';

type Part = CoordinationView['parts'][number];

const SIGNATURES = {
  'many-accounts-one-template': 'Many accounts send one template.',
  'few-accounts-much-traffic': 'Few accounts send much of the traffic.',
} as const;

const PARTS: Record<Part['part'], { readonly label: string; readonly shown: (value: number) => string }> = {
  conversations_per_account: { label: 'Conversations an account', shown: figure },
  top1_share: { label: 'From the busiest 1% of accounts', shown: percent },
  gini: { label: 'Inequality of accounts (Gini)', shown: (value) => value.toFixed(2) },
  near_duplicate_rate: { label: 'Near-duplicates', shown: percent },
  template_share: { label: 'Accounts with the most used template', shown: percent },
  first_seen_share: { label: 'Accounts first seen here', shown: percent },
  synchrony: { label: 'Accounts within five minutes, to chance', shown: times },
};

/** Whether the members act as one: the score, in words, and what it is made of. */
export function Coordination({ coordination }: { coordination: CoordinationView | null }) {
  if (coordination === null) return null;
  const { score, signature, parts } = coordination;
  return (
    <section className="coordination">
      <h3>Do they act as one?</h3>
      <p>
        <strong className="number">{score.toFixed(2)}</strong> of 1.{' '}
        {signature === null ? 'No clear sign of it.' : SIGNATURES[signature]}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Here</th>
            <th scope="col">Usual</th>
            <th scope="col">Adds</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ part, value, usual, contribution }) => (
            <tr key={part}>
              <th scope="row">{PARTS[part].label}</th>
              <td className="number">{PARTS[part].shown(value)}</td>
              <td className="number faint">{usual === null ? '–' : PARTS[part].shown(usual)}</td>
              <td className="number">{contribution === 0 ? '–' : `+${contribution.toFixed(2)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
