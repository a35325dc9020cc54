import { expect, it } from 'vitest';
import type { Diversion } from '#lib/domain/replays/replay.ts';
import { evidenceFor } from '../view/evidence-view.ts';
import type { PlanningContext } from './context.ts';
import { diversionEvidence } from './diversion-evidence.ts';

const evidenceOf = (reasons: Diversion['reasons'] | null) =>
  diversionEvidence({
    now: new Date(0),
    destination: { kind: 'retry', topic: 'orders.retry' },
    policy: { maxAttemptsPerLineage: 3 },
    frozen: { summary: { records: 400 } },
    diverted: reasons && {
      ...{ topic: 'orders.quarantine', reasons },
      records: Object.values(reasons).reduce((sum, n) => sum + n, 0),
    },
    contract: {
      state: 'checked',
      contract: {
        ...{ subject: 'orders-value', version: 3, format: null },
        ...{ schemaId: 1, compatibility: null, file: null },
      },
      paths: [
        { path: '/total', records: 2 },
        { path: '/currency', records: 1 },
      ],
    },
  } as unknown as PlanningContext);

it('says how many go where instead, and why', () => {
  expect(evidenceOf({ breaks_contract: 3, attempts_exhausted: 1 })).toMatchObject({
    ...{ status: 'warns', denominator: 400 },
    sentence:
      '4 of 400 records go to the quarantine orders.quarantine instead: 3 break version 3 of orders-value; 1 was tried as often as the policy allows (3).',
    value: { records: 4, ratio: 0.01, reasons: { breaks_contract: 3, attempts_exhausted: 1 } },
  });
  expect(evidenceOf(null)).toMatchObject({ status: 'good', value: { records: 0, ratio: 0 } });
});

it('names where the contract is broken to those alone who may see payloads', () => {
  const item = evidenceOf({ breaks_contract: 3 });
  expect(evidenceFor([item], true)[0]?.value).toMatchObject({
    paths: [
      { path: '/total', records: 2 },
      { path: '/currency', records: 1 },
    ],
  });
  expect(item.sentence).not.toContain('/total');
  expect(evidenceFor([item], false)[0]?.value).toMatchObject({ records: 3, paths: null });
});
