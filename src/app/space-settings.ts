/** What differs from space to space: the settings of a watch over the others, and what names are about. */
import { REQUEST } from '../domain/facets.ts';
import { ALL, DEFAULT_SPACE } from '../domain/ids.ts';
import type { WatchSettings } from '../domain/watch.ts';
import type { Thresholds } from '../pipeline/cluster/label.ts';
import type { Space } from '../pipeline/spaces.ts';
import type { WatchBook } from '../pipeline/watches.ts';
import type { Labeler, LabelSubject } from '../ports/labeler.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Config } from './config.ts';

/** The settings of a space. Thresholds of privacy go upward only. */
export function configFor(config: Config, { watch }: Pick<Space, 'watch'>, watches: WatchBook): Config {
  const settings: WatchSettings = watches.get(watch)?.watch.settings ?? {};
  const { cluster, growth, privacy } = config;
  return {
    ...config,
    cluster: {
      ...cluster,
      window: settings.window ?? cluster.window,
      window_days: settings.window_days ?? cluster.window_days,
      first_at: settings.first_at ?? cluster.first_at,
      members_per_cluster: settings.members_per_cluster ?? cluster.members_per_cluster,
      rebuild_minutes: settings.rebuild_minutes ?? cluster.rebuild_minutes,
      min_gap_minutes: settings.min_gap_minutes ?? cluster.min_gap_minutes,
    },
    growth: {
      ...growth,
      watch_per_day: settings.watch_per_day ?? growth.watch_per_day,
      page_per_day: settings.page_per_day ?? growth.page_per_day,
      warmup_hours: settings.warmup_hours ?? growth.warmup_hours,
      ratio_open: settings.ratio_open ?? growth.ratio_open,
      close_after_minutes: settings.close_after_minutes ?? growth.close_after_minutes,
      // What may not be shown calls nobody.
      min_accounts: Math.max(growth.min_accounts, settings.min_accounts ?? 0),
    },
    privacy: {
      ...privacy,
      min_accounts: Math.max(privacy.min_accounts, settings.min_accounts ?? 0),
      min_conversations: Math.max(privacy.min_conversations, settings.min_conversations ?? 0),
    },
  };
}

/** What a cluster of a space needs to be shown. */
export function thresholdsIn(config: Config, space: string, watches: WatchBook): Thresholds {
  const { privacy } = configFor(config, { watch: space.split('/')[0] ?? ALL }, watches);
  return {
    minAccounts: privacy.min_accounts,
    minConversations: privacy.min_conversations,
    minAudit: privacy.min_audit,
  };
}

/** null: requests, which names are about unless something else is said. */
export function subjectOf({ facets }: Config, id: string): LabelSubject | null {
  const facet = facets[id];
  if (id === REQUEST || facet?.kind !== 'text') return null;
  return { question: facet.question, naming: facet.naming ?? null };
}

/** The same labeler, told what the texts are that it names. */
export function labelsAbout(labeler: Labeler, subject: LabelSubject): Labeler {
  return { ...labeler, label: (request) => labeler.label({ ...request, subject }) };
}

/**
 * What is told of a space. Of a watch, nothing that counts what it lets through, nor that there is anything before it may be shown: its
 * pattern may be a name. What may be shown of it emit tells. Gauges that have no space speak of the default one.
 */
export function telemetryOf(telemetry: Telemetry, space: Space): Telemetry {
  if (space.id === DEFAULT_SPACE) return telemetry;
  // What comes late is late in every space: counted once.
  const told: Telemetry = { ...telemetry, capped: () => {}, dropped: () => {} };
  if (space.watch === ALL) return told;
  return {
    ...told,
    assigned: () => {},
    ambiguous: () => {},
    indexChecked: () => {},
    generationPublished: () => {},
    generationAdopted: () => {},
    tick: (id, eventTime) => telemetry.tick(id, eventTime, null),
    // What waits may be of few, and ends untold.
    alertChanged: (alert) => {
      if (alert.fired_at !== null) telemetry.alertChanged(alert);
    },
    alertsOpen: (id, alerts) =>
      telemetry.alertsOpen(
        id,
        alerts.filter(({ fired_at }) => fired_at !== null),
      ),
  };
}
