import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isChargedWithoutAnswer } from '../orders/fate.ts';
import { createOrderIds, makeOrder } from '../orders/make-order.ts';
import { decideCharge } from './answer.ts';

const orders = fc
  .integer({ min: 1, max: 2 ** 50 })
  .map((number) => makeOrder(`ord-${number}`, 1_700_000_000_000));

it('charges, once it is up, every order that it refused while it was down', () => {
  fc.assert(
    fc.property(orders, ({ orderId, card }) => {
      const whileDown = decideCharge(orderId, card.token, true);
      const after = decideCharge(orderId, card.token, false);
      if (whileDown.kind === 'decline') expect(after).toEqual(whileDown);
      else expect(after).toEqual({ kind: 'charge' });
    }),
    { numRuns: 1000 },
  );
});

it('while down charges some without an answer, refuses most, and declines bad cards as ever', () => {
  const nextId = createOrderIds(() => 1_700_000_000_000);
  const kinds = new Map<string, number>();
  for (let index = 0; index < 5000; index += 1) {
    const { orderId, card } = makeOrder(nextId(), 0);
    const { kind } = decideCharge(orderId, card.token, true);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (kind === 'charge-without-answer') expect(isChargedWithoutAnswer(orderId)).toBe(true);
  }
  expect(kinds.get('refuse')).toBeGreaterThan(4400);
  expect(kinds.get('charge-without-answer')).toBeGreaterThan(150);
  expect(kinds.get('decline')).toBeGreaterThan(50);
  expect(kinds.has('charge')).toBe(false);
});

it('takes a card that it has never seen', () => {
  expect(decideCharge('ord-1', 'constructor', false)).toEqual({ kind: 'charge' });
});
