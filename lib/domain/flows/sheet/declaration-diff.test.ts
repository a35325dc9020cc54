import { expect, it } from 'vitest';
import { declaredFlow } from '#fixtures/declared-flows.ts';
import { groupId } from '../../kernel/brand.ts';
import type { CanonicalValue } from '../../kernel/canonical-json.ts';
import type { Flow } from '../flow.ts';
import { flowHash } from '../hash.ts';
import { defaultPolicy } from '../policy.ts';
import { declarationDiff } from './declaration-diff.ts';

const asValue = (flow: Flow) => flow as unknown as CanonicalValue;
const base = declaredFlow('pay', { boundary: { delivery: 'at-least-once' } });
const diff = (after: Flow) => declarationDiff(asValue(base), asValue(after));

it('says what is declared otherwise, and nothing where nothing is', () => {
  expect(diff({ ...base })).toEqual([]);
  expect(
    diff({
      ...base,
      quarantine: null,
      boundary: { ...base.boundary, delivery: 'exactly-once into x', truth: 'the ledger' },
      policy: { ...defaultPolicy, approvals: 2, ramp: [10, 100] },
    }),
  ).toEqual([
    { path: 'policy.approvals', before: '1', after: '2' },
    { path: 'policy.ramp', before: '[1,5,20,100]', after: '[10,100]' },
    { path: 'boundary.truth', before: null, after: 'the ledger' },
    { path: 'boundary.delivery', before: 'at-least-once', after: 'exactly-once into x' },
    { path: 'quarantine', before: 'pay.v1.pay.quarantine', after: null },
  ]);
});

it('finds members of lists by their names: one more in front is one more', () => {
  const added = { id: groupId('audit'), isolation: null, replaySafe: false };
  expect(diff({ ...base, groups: [added, ...base.groups] })).toEqual([
    { path: 'groups[audit].id', before: null, after: 'audit' },
    { path: 'groups[audit].replaySafe', before: null, after: 'false' },
  ]);
});

it('tells members of the same name apart', () => {
  const acceptance = { check: 'topic_absent', where: null, reason: 'later', untilMs: 1 } as const;
  expect(
    diff({ ...base, accepted: [acceptance, { ...acceptance, reason: 'never' }] }).map(({ path }) => path),
  ).toEqual(
    ['check', 'reason', 'untilMs']
      .flatMap((key) => [`accepted[topic_absent].${key}`, `accepted[topic_absent 2].${key}`])
      .sort((a, b) => Number(a.includes(' 2')) - Number(b.includes(' 2'))),
  );
});

it('has something to say exactly where the hash of the declaration differs', () => {
  const changes: Partial<Flow>[] = [
    { mask: ['/card'] },
    { retryTopics: [] },
    { objectives: { ...base.objectives, timeLagMs: 1 } },
    { owner: { team: 'x' } },
    { policy: { ...base.policy, removeHeaders: ['b3'] } },
  ];
  for (const change of changes) {
    const after = { ...base, ...change };
    expect(flowHash(after)).not.toBe(flowHash(base));
    expect(diff(after)).not.toEqual([]);
  }
  // The order in which a file names things says nothing.
  const { boundary, ...rest } = base;
  expect(flowHash({ boundary, ...rest })).toBe(flowHash(base));
  // What Postgres keeps says the same.
  expect(flowHash(JSON.parse(JSON.stringify(base)))).toBe(flowHash(base));
});
