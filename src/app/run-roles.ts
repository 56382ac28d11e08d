/** The order in which roles begin, so that conversations are not held up, and the one in which they end, so that nothing is left half told. */
import { followGenerations, type Generations } from '../pipeline/generations.ts';
import { type OpenSession, runRole } from '../pipeline/runner.ts';
import type { Base } from './base.ts';
import { type Emitting, makeSinks } from './emitting.ts';
import { watchLag } from './readiness.ts';

/** Upstream stops first: what is under way is counted, and told, by those behind it. */
const STOPPED_LAST_FIRST = ['detect', 'cluster', 'assign', 'admit', 'repartition'] as const;
type Running = (typeof STOPPED_LAST_FIRST)[number];

/** @param emitting is told of generations already; null: this process does not run emit */
export async function runRoles(
  base: Base,
  open: Readonly<Partial<Record<Running, OpenSession>>>,
  generations: Generations,
  emitting: Promise<Emitting> | null,
): Promise<void> {
  const { options, config, clock, telemetry, lifecycle, topics, log, faults } = base;
  // Every listener is there by now: the history of generations is told once, to all.
  const follower = await followGenerations(log, topics.generations, generations);
  lifecycle.onStop('generations', () => follower.stop());
  const ends = new Map(STOPPED_LAST_FIRST.map((role) => [role, lifecycle.reserve(role)]));
  const begin = async (role: Running): Promise<void> => {
    const session = open[role];
    if (session === undefined) return;
    const batch = config.log.batch;
    const running = await runRole(role, session, { log, topics, batch, clock, telemetry, faults });
    ends.get(role)?.(() => running.stop());
  };
  const sinks = emitting === null ? [] : makeSinks(options);
  for (const role of ['assign', 'admit', 'repartition', 'cluster'] as const) await begin(role);
  watchLag(
    base,
    sinks.map(({ name }) => name),
  );
  base.intake.open = true;
  // A minute that closes before emit knows the clusters would be in the total alone.
  const emits = await emitting;
  await begin('detect');
  await emits?.deliver(sinks);
}
