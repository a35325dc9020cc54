import { expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import type { PlanningContext } from './context.ts';
import { effectsDoneEvidence } from './effects-evidence.ts';
import { failureGroupsEvidence } from './manifest-evidence.ts';

const charge = {
  ...{ what: 'charges a card', external: true, idempotencyKey: 'field:/orderId' },
  probe: { name: 'books', asks: 'GET' },
};
const mail = { ...charge, what: 'mails the customer', probe: null };

/** Ten records, each of which left it open whether its effect was done. */
const contextOf = (effects: readonly (typeof charge | typeof mail)[], unknown = 0) =>
  ({
    now: new Date(0),
    flow: { boundary: { ...plainBoundary, effects } },
    destination: { kind: 'retry', topic: 'orders.retry' },
    effects: { asked: true, unknown, reasons: new Map(unknown > 0 ? [['it answered 503', unknown]] : []) },
    sentOn: 10,
    frozen: {
      summary: { records: 10, leftOutReasons: {} },
      failureGroups: [{ count: 10, verdict: 'ambiguous_effect' }],
    },
  }) as unknown as PlanningContext;

it('is good where every effect outside has a probe that says of each record whether it was done', () => {
  expect(effectsDoneEvidence(contextOf([charge]))).toMatchObject({ status: 'good', denominator: 10 });
  expect(failureGroupsEvidence(contextOf([charge]))).toMatchObject({ status: 'good' });
});

it('is not known while one of them has none, whatever is said of the others', () => {
  const context = contextOf([charge, mail]);
  expect(effectsDoneEvidence(context)).toMatchObject({
    status: 'unknown',
    sentence:
      'books says: not done for the 10 that are sent. Whether the failed attempts had their other effects is not known.',
    why: 'The flow declares no probe for: mails the customer.',
    value: { asked: 10, done: 0, notDone: 10, unasked: ['mails the customer'] },
  });
  expect(failureGroupsEvidence(context)).toMatchObject({
    status: 'warns',
    sentence: '1 failure group: 10 may already have had their effect.',
  });
});

it('blocks what a probe could not answer, with or without an effect that has none', () => {
  for (const effects of [[charge], [charge, mail]])
    expect(effectsDoneEvidence(contextOf(effects, 2))).toMatchObject({ status: 'blocks' });
});
