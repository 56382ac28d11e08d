/**
 * Alerts that are one piece of news: a wide event makes many clusters grow, beside each other and one after another, and whoever is
 * called wants one call. An alert that fires is of the incident of one that fires already, or ended of late, at a cluster near its
 * own. Nothing is kept back: every alert is told, with the incident it is of.
 */
import { HOUR } from '../../domain/ids.ts';

/** What begins so long after the last of it has ended is another incident. */
const QUIET_MS = 6 * HOUR;

export type IncidentMember = {
  readonly alert: string;
  readonly cluster: string;
  readonly incident: string;
  /** Event time at which it ended; null: it fires. */
  readonly ended: number | null;
};

export class Incidents {
  readonly #near: (one: string, other: string) => boolean;
  /** By alert, in the order in which they fired. */
  readonly #members = new Map<string, IncidentMember>();

  constructor(near: (one: string, other: string) => boolean) {
    this.#near = near;
  }

  /** The incident of an alert that begins to fire: its own id when it is the first of one. O(members · d). */
  join(alert: string, cluster: string, now: number): string {
    for (const [id, { ended }] of this.#members)
      if (ended !== null && now - ended > QUIET_MS) this.#members.delete(id);
    const kin = [...this.#members.values()].find(
      (member) => member.cluster === cluster || this.#near(member.cluster, cluster),
    );
    const incident = kin?.incident ?? alert;
    this.#members.set(alert, { alert, cluster, incident, ended: null });
    return incident;
  }

  end(alert: string, now: number): void {
    const member = this.#members.get(alert);
    if (member !== undefined) this.#members.set(alert, { ...member, ended: now });
  }

  /** A cluster is gone: what was told of it is near what the heir is near. */
  inherit(cluster: string, heir: string): void {
    for (const [id, member] of this.#members)
      if (member.cluster === cluster) this.#members.set(id, { ...member, cluster: heir });
  }

  state(): readonly IncidentMember[] {
    return [...this.#members.values()];
  }

  restore(members: readonly IncidentMember[]): void {
    for (const member of members) this.#members.set(member.alert, member);
  }
}
