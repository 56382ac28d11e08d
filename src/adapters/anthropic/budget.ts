import { CliowatchError, HELD } from '../../domain/errors.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

export interface Budget {
  spend(dollars: number): void;
  /** Throws `llm/held` while the last hour's spending is at the budget or above. */
  check(): void;
  /** Tells what is spent now, as the hour goes on without calls too. */
  tell(): void;
}

/**
 * Dollars of the last 60 minutes, by the minute, against a budget; null: none. Checked before a call, whose price is known only
 * after it: what is under way when the budget is reached goes beyond it.
 */
export function createBudget(
  perHour: number | null,
  elapsed: () => number,
  telemetry: Pick<Telemetry, 'llmSpent' | 'llmState'>,
): Budget {
  let minutes: { readonly minute: number; dollars: number }[] = [];
  let held = false;

  function spent(): number {
    const first = Math.floor(elapsed() / MINUTE_MS) - MINUTES;
    minutes = minutes.filter(({ minute }) => minute > first);
    return minutes.reduce((sum, { dollars }) => sum + dollars, 0);
  }

  function tell(): void {
    const now = spent();
    telemetry.llmSpent(now, perHour);
    const over = perHour !== null && now >= perHour;
    if (over !== held) telemetry.llmState(over, 'budget');
    held = over;
  }

  tell();
  return {
    spend(dollars) {
      const minute = Math.floor(elapsed() / MINUTE_MS);
      const last = minutes.at(-1);
      if (last?.minute === minute) last.dollars += dollars;
      else minutes.push({ minute, dollars });
      tell();
    },
    check() {
      tell();
      if (!held) return;
      throw new CliowatchError(HELD, `the budget for Claude of ${perHour} dollars an hour is spent`, {
        retry: true,
        remedy: 'nothing to do: the hour goes on; claude.budget_per_hour allows more',
      });
    },
    tell,
  };
}
