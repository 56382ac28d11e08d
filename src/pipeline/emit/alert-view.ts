import type { Alert } from '../../domain/alert.ts';
import type { AlertView } from '../../domain/view.ts';
import type { Books, EmitDeps } from './books.ts';

/** An alert as it may be shown now; null: nothing may be said of it. */
export function alertView(
  { publicUrl }: Pick<EmitDeps, 'publicUrl'>,
  { spaces, alerts }: Pick<Books, 'spaces' | 'alerts'>,
  alert: Alert,
): AlertView | null {
  return alerts.told(alert, spaces.of(alert.space), publicUrl());
}
