import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declineOf, discontinuedSku, mailboxExists } from './fate.ts';
import { breakContract, createOrderIds, isFromBadRelease, makeOrder } from './make-order.ts';
import { readOrder } from './order.ts';

const strict = { acceptBadRelease: false };
const fixed = { acceptBadRelease: true };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value));
const orders = fc
  .integer({ min: 1, max: 2 ** 50 })
  .map((number) => makeOrder(`ord-${number}`, 1_700_000_000_000));

describe('readOrder', () => {
  it('reads what the shop sends, before and after the fix', () => {
    fc.assert(
      fc.property(orders, (order) => {
        expect(readOrder(encode(order), strict)).toEqual({ ok: true, order });
        expect(readOrder(encode(order), fixed)).toEqual({ ok: true, order });
      }),
    );
  });

  it('refuses the bad release, and understands it once fixed, with nothing else in the way', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const broken = encode(breakContract(order));
        expect(readOrder(broken, strict)).toMatchObject({ ok: false });
        const read = readOrder(broken, fixed);
        if (!read.ok) throw new Error(read.problem);
        expect(read.order).toMatchObject({ orderId: order.orderId, amount: order.amount, currency: 'EUR' });
        expect(declineOf(read.order.card.token)).toBeNull();
        expect(mailboxExists(read.order.email)).toBe(true);
        expect(read.order.items.map(({ sku }) => sku)).not.toContain(discontinuedSku);
      }),
    );
  });

  it.each([
    ['nothing', null, 'not a JSON object'],
    ['no JSON', Buffer.from('{"orderId":'), 'not a JSON object'],
    ['a list', encode([1]), 'not a JSON object'],
    ['no order id', encode({ amount: 1 }), '/orderId is missing'],
    ['no amount', encode({ orderId: 'o', currency: 'EUR' }), '/amount is missing'],
    ['text for an amount', encode({ orderId: 'o', amount: '1.50', currency: 'EUR' }), 'but is "1.50"'],
    ['no currency', encode({ orderId: 'o', amount: 1 }), '/currency is missing'],
  ])('says what is wrong with %s', (_what, value, problem) => {
    const read = readOrder(value, strict);
    expect(read.ok ? '' : read.problem).toContain(problem);
  });

  it('does not take just any text for an amount, even when fixed', () => {
    expect(readOrder(encode({ orderId: 'o', amount: 'much' }), fixed).ok).toBe(false);
  });
});

describe('the shop', () => {
  it('never gives an id twice, not even when the clock stands still or goes back', () => {
    let now = 1000;
    const nextId = createOrderIds(() => now);
    const ids = Array.from({ length: 3000 }, (_, index) => {
      now += index % 3 === 0 ? -1 : index % 2;
      return nextId();
    });
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has about one order in eight from the bad release', () => {
    const share = Array.from({ length: 4000 }, (_, index) => isFromBadRelease(`ord-${index}`)).filter(
      Boolean,
    );
    expect(share.length).toBeGreaterThan(400);
    expect(share.length).toBeLessThan(600);
  });
});
