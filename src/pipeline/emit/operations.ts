/** What operators may do; written to the log, and folded by every role from there. */
import type { Control } from '../../domain/control.ts';
import { DAY } from '../../domain/ids.ts';
import { beginsAnew, MAX_WATCHES, type Watch } from '../../domain/watch.ts';
import type { Operations, SilenceVerdict, WatchVerdict } from '../../ports/live-view.ts';
import type { Books, EmitDeps } from './books.ts';
import { writeReport } from './reports.ts';

export function createOperations(deps: EmitDeps, books: Books): Operations {
  const publish = (control: Control): Promise<void> =>
    deps.write([
      { topic: deps.topics.control, key: `${control.kind}/${control.id}`, value: JSON.stringify(control) },
    ]);
  const report = (id: string): void => {
    const named = deps.watches.get(id);
    if (named !== undefined) writeReport(deps, books, named);
  };
  return {
    report,
    async acknowledge(id, by, note) {
      if (books.alerts.get(id) === undefined) return false;
      const at = deps.clock.elapsed();
      await publish({ kind: 'acknowledge', id, by, at, ...(note === undefined ? {} : { note }) });
      return true;
    },
    async silence(id, wish, by) {
      const at = deps.clock.elapsed();
      const verdict = judgeSilence(deps, books, id, wish, at);
      if (verdict.verdict !== 'taken') return verdict;
      const newest = books.spaces.withCluster(id)?.generation?.manifest.generation ?? 0;
      // Changed, it is still the one it was, and covers what has split since.
      const generation = (wish === null ? null : books.silences.own(id, at)?.generation) ?? newest;
      await publish({ kind: 'silence', id, by, at, until: null, generation, ...wish });
      return verdict;
    },
    async setWatch(id, watch, by) {
      const verdict = judge(deps, id, watch);
      if (verdict.verdict !== 'taken') return verdict;
      const before = deps.watches.get(id)?.watch;
      // What it has seen goes with it, or was counted otherwise.
      if (before !== undefined && (watch === null || beginsAnew(before, watch))) report(id);
      await publish({ kind: 'watch', id, by, at: deps.clock.elapsed(), watch });
      // Whoever follows has heard it; whoever starts later need not know that there ever was one.
      if (watch === null) await deps.write([{ topic: deps.topics.control, key: `watch/${id}`, value: null }]);
      return verdict;
    },
  };
}

function judgeSilence(
  { silences: { maxMs, max } }: EmitDeps,
  { spaces, silences }: Books,
  id: string,
  wish: { readonly until: number } | null,
  now: number,
): SilenceVerdict {
  const book = spaces.withCluster(id);
  const there = book?.state(id) !== undefined;
  const own = silences.own(id, now);
  if (wish === null) {
    // Also of one that is gone: what has split from it may still be under its silence.
    if (own !== null || (there && book.silenced(id) !== null)) return { verdict: 'taken' };
    return { verdict: there ? 'not-silenced' : 'unknown' };
  }
  if (!there) return { verdict: 'unknown' };
  const wrong = (message: string): SilenceVerdict => ({ verdict: 'wrong', field: 'until', message });
  if (!(wish.until > now)) return wrong('must lie in the future');
  if (wish.until > now + maxMs) return wrong(`must be at most ${maxMs / DAY} days ahead`);
  if (own !== null || silences.list(now).length < max) return { verdict: 'taken' };
  return { verdict: 'full', message: `there are ${max} silences already: take one away first` };
}

function judge({ watches, watchFault }: EmitDeps, id: string, watch: Watch | null): WatchVerdict {
  const before = watches.get(id);
  if (before?.configured === true)
    return { verdict: 'configured', message: `${id} is a watch of the settings: change it there` };
  if (watch === null) return { verdict: before === undefined ? 'unknown' : 'taken' };
  const fault = watchFault(id, watch);
  if (fault !== null) return { verdict: 'wrong', ...fault };
  if (before !== undefined || watches.watches().length < MAX_WATCHES) return { verdict: 'taken' };
  return { verdict: 'full', message: `there are ${MAX_WATCHES} watches already: take one away first` };
}
