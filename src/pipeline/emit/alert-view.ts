import type { Alert } from '../../domain/alert.ts';
import type { AlertView } from '../../domain/view.ts';
import type { Books, EmitDeps } from './books.ts';

/** An alert as it may be shown now. */
export function alertView(
  { publicUrl }: Pick<EmitDeps, 'publicUrl'>,
  { spaces, alerts }: Pick<Books, 'spaces' | 'alerts'>,
  alert: Alert,
): AlertView {
  const book = spaces.of(alert.space);
  return alerts.view(alert, book.standing(alert.cluster), publicUrl(), book.silenced(alert.cluster));
}
