import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterRecord, Label } from '../../../src/domain/generation.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { nameVerdict, namingOf } from '../../../src/pipeline/cluster/naming.ts';
import { direction, makeCluster, NOON } from '../../support/pipeline-rig.ts';

const thresholds = { minAccounts: 8, minConversations: 10, minAudit: 3 };
const called = (name: string, audit: number | null = 5): Label => ({
  name,
  description: '',
  by: 'offline',
  audit,
});

/** A cluster named from 100 conversations at noon. */
const roses = makeCluster('c1', {
  label: called('Roses'),
  naming: { at: NOON, conversations: 100, kept: 1, written: NOON, centroid: encodeVector(direction(0)) },
});
const rules = { mergeSimilarity: 0.92, labeler: 'offline' } as const;
const centroid = direction(0);
const allThere = () => 1;

describe('a cluster is named anew', () => {
  it.each([
    ['when it never was', makeCluster('c1', { label: null }), 100, 1, 'name', 'never-named'],
    ['when it is new', undefined, 100, 0, 'name', 'never-named'],
    ['not when little has changed', roses, 120, 0.9, 'keep', 'little-changed'],
    ['when its members are others', roses, 100, 0.59, 'name', 'other-members'],
    ['when it has doubled', roses, 200, 1, 'name', 'other-size'],
    ['when half of it is left', roses, 50, 1, 'name', 'other-size'],
  ] as const)('%s', (_, ancestor, conversations, kept, verdict, because) => {
    const now = { centroid, conversations, kept, thereAt: allThere };
    expect(nameVerdict(ancestor, now, rules)).toEqual({ verdict, because });
  });

  const { written: _written, centroid: _centroid, ...unsaid } = roses.naming!;
  it.each([
    ['when most of it came since, and is about something else', roses, 0.49, 5, 'name', 'other-subject'],
    ['not when most of it came since about the same', roses, 0, 0, 'keep', 'same-subject'],
    ['not while half of it is what was named', roses, 0.5, 5, 'keep', 'little-changed'],
    [
      'when most of it came since, and what it was about is not known',
      { ...roses, naming: unsaid },
      0.49,
      0,
      'name',
      'other-subject',
    ],
  ] as const)('%s', (_, ancestor, there, axis, verdict, because) => {
    const thereAt = (at: number) => (at === NOON ? there : 1);
    const now = { centroid: direction(axis), conversations: 100, kept: 1, thereAt };
    expect(nameVerdict(ancestor, now, rules)).toEqual({ verdict, because });
  });

  it('when it was named offline, once Claude is there', () => {
    const now = { centroid, conversations: 100, kept: 1, thereAt: allThere };
    const claude = { ...rules, labeler: 'claude' } as const;
    expect(nameVerdict(roses, now, claude)).toEqual({ verdict: 'name', because: 'made-offline' });
    const byClaude = { ...roses, label: { ...called('Roses'), by: 'claude' } } as const;
    expect(nameVerdict(byClaude, now, claude)).toMatchObject({ verdict: 'keep' });
    expect(nameVerdict(byClaude, now, rules)).toMatchObject({ verdict: 'keep' });
  });

  it('when small steps have added up since it was named', () => {
    let record = roses;
    const verdicts: string[] = [];
    for (let day = 1; day <= 6; day++) {
      const step = { centroid, conversations: 100, kept: 0.9, thereAt: allThere };
      const { verdict } = nameVerdict(record, step, rules);
      verdicts.push(verdict);
      const now = { at: NOON + day, conversations: 100, kept: 0.9, centroid };
      record = { ...record, ...namingOf(record, record.label, now, thresholds) };
    }
    expect(verdicts).toEqual(['keep', 'keep', 'keep', 'keep', 'name', 'name']);
  });
});

describe('the names it had', () => {
  const step = (before: ClusterRecord | undefined, label: Label | null, at: number): ClusterRecord => ({
    ...(before ?? makeCluster('c1')),
    label,
    ...namingOf(before, label, { at, conversations: 100, kept: 1, centroid }, thresholds),
  });
  const live = (labels: readonly (Label | null)[]): ClusterRecord =>
    labels.reduce<ClusterRecord | undefined>((before, label, i) => step(before, label, i), undefined) ??
    makeCluster('c1');

  it('are told with the times since when it had them', () => {
    const record = live([called('Roses'), called('Roses'), called('Tulips'), called('Lilies')]);
    expect(record.names).toEqual([
      { name: 'Roses', from: 0 },
      { name: 'Tulips', from: 2 },
    ]);
    expect(record.naming).toMatchObject({ at: 3, written: 3, conversations: 100, kept: 1 });
  });

  it('are borne since they were first given, and hold for what they were written of last', () => {
    expect(live([called('Roses'), called('Roses')]).naming).toMatchObject({ at: 0, written: 1 });
  });

  it('survive a time without a name', () => {
    const record = live([called('Roses'), null, called('Tulips')]);
    expect(record.names).toEqual([{ name: 'Roses', from: 0 }]);
    expect(live([called('Roses'), null])).toMatchObject({
      naming: null,
      names: [{ name: 'Roses', from: 0 }],
    });
  });

  it('never hold one that was not shown, and no more than ten', () => {
    const audits = fc.array(fc.option(fc.constantFrom(1, 2, 3, 4, 5, null), { nil: undefined }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(audits, (list) => {
        const labels = list.map((audit, i) => (audit === undefined ? null : called(`name ${i}`, audit)));
        const { names } = live(labels);
        expect(names.length).toBeLessThanOrEqual(10);
        const shown = labels.flatMap((label) => ((label?.audit ?? 0) >= 3 ? [label?.name] : []));
        for (const { name } of names) expect(shown).toContain(name);
        expect(names.map(({ from }) => from)).toEqual(
          names.map(({ from }) => from).toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('do not hold a name that too few accounts stood behind', () => {
    const small = { ...step(undefined, called('Roses'), 0), accounts: 3 };
    expect(step(small, called('Tulips'), 1).names).toEqual([]);
  });
});
