import { expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import type { Effect } from '#lib/domain/flows/flow.ts';
import type { EffectProbe, ProbeAnswer } from '#lib/probes/port.ts';
import { effectQuestions } from './effect-questions.ts';

const charge: Effect = {
  ...{ what: 'charges a card', external: true, idempotencyKey: 'field:/orderId' },
  probe: { name: 'books', asks: 'GET' },
};
const mail: Effect = { ...charge, what: 'mails the customer', probe: null };

/** What is known of one record, of which every probe says the same. */
async function stateOf(said: ProbeAnswer, effects: readonly Effect[]) {
  const books: EffectProbe = {
    name: 'books',
    begin: () => ({ ask: async (keys) => new Map(keys.map((key) => [key, said])) }),
  };
  const flow = { boundary: { ...plainBoundary, effects } };
  const questions = effectQuestions(new Map([['books', books]]), flow, 'retry');
  const [answer] = await questions.ask([questions.specs.map(() => 'order-1')]);
  return { state: answer?.state, reasons: answer?.why ? [answer.why] : [] };
}

it('is done where every effect outside was done', async () => {
  expect(await stateOf({ kind: 'done' }, [charge])).toEqual({ state: 'done', reasons: [] });
  expect(await stateOf({ kind: 'done' }, [charge, { ...mail, external: false }])).toMatchObject({
    state: 'done',
  });
});

it('is not known where one was done and nobody can be asked about another', async () => {
  expect(await stateOf({ kind: 'done' }, [charge, mail])).toEqual({
    state: 'unknown',
    reasons: ['its other effects were done, and nobody can be asked about "mails the customer"'],
  });
});

it('is what the probe says where nothing was done: who approves sees that of the other nothing is known', async () => {
  expect(await stateOf({ kind: 'not_done' }, [charge, mail])).toEqual({ state: 'not_done', reasons: [] });
});
