import fc from 'fast-check';
import { expect, it } from 'vitest';
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

it('while down leaves some without an answer, three in ten of them charged, refuses most, and declines bad cards as ever', () => {
  const nextId = createOrderIds(() => 1_700_000_000_000);
  const kinds = new Map<string, number>();
  for (let index = 0; index < 5000; index += 1) {
    const { orderId, card } = makeOrder(nextId(), 0);
    const { kind } = decideCharge(orderId, card.token, true);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  expect(kinds.get('refuse')).toBeGreaterThan(4400);
  const [charged = 0, notCharged = 0] = [kinds.get('charge-without-answer'), kinds.get('no-answer')];
  expect(charged + notCharged).toBeGreaterThan(150);
  expect(charged / (charged + notCharged)).toBeGreaterThan(0.2);
  expect(charged / (charged + notCharged)).toBeLessThan(0.4);
  expect(kinds.get('decline')).toBeGreaterThan(50);
  expect(kinds.has('charge')).toBe(false);
});

it('takes a card that it has never seen', () => {
  expect(decideCharge('ord-1', 'constructor', false)).toEqual({ kind: 'charge' });
});
