import type { AlertView } from '../../domain/view.ts';
import { figure, language, percent, times } from '../state/format.ts';

/** What is surely different about those who make an alert. */
export function Shifted({ alert: { kind, shifted } }: { alert: AlertView }) {
  if (shifted.length === 0) return null;
  return (
    <div className="shifted">
      <h4 title="Accounts new to the cluster since onset, against those of the day before; of a new topic, against everybody else">
        {kind === 'new' ? 'What stands out' : 'What shifted'}
      </h4>
      <ul>
        {shifted.map((shift) => (
          <li key={`${shift.facet} ${shift.value}`}>
            <span className="faint">{shift.facet}</span>{' '}
            <b dir="auto">{shift.facet === 'language' ? language(shift.value) : shift.value}</b>
            <span className="number">{percent(shift.share)}</span>
            <Ratio shift={shift} against={kind === 'new' ? 'elsewhere' : 'before'} />
          </li>
        ))}
      </ul>
    </div>
  );
}

type RatioProps = { shift: AlertView['shifted'][number]; against: 'before' | 'elsewhere' };

function Ratio({ shift: { before, ratio, low, high }, against }: RatioProps) {
  const range = high === null ? `at least ${figure(low)}` : `${figure(low)}–${figure(high)}`;
  const what = ratio === null ? `hardly any ${against}` : `${times(ratio)} the ${percent(before)} ${against}`;
  return (
    <span className="faint number" title="95% interval of the ratio in brackets">
      {what} ({range})
    </span>
  );
}
