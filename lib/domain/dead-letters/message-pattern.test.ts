import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagePattern } from './message-pattern.ts';

describe('messagePattern', () => {
  it.each([
    ['Order 4711 not found', 'Order <n> not found'],
    ['order ord-000123 has no items', 'order <id> has no items'],
    ['No stock for SKU-99 in warehouse "Berlin 2"', 'No stock for <id> in warehouse <str>'],
    ['user 9f1c2b1e-8d2a-4f6b-9c3d-0a1b2c3d4e5f is gone', 'user <uuid> is gone'],
    ['GET https://api.example.com/v1/orders/17?x=1 failed', 'GET <url> failed'],
    ['mail to ana.b+c@example.co.uk bounced', 'mail to <email> bounced'],
    ['connect to 10.0.3.17:9092 refused', 'connect to <ip> refused'],
    ['connect to [fe80::1]:9092 refused', 'connect to <ip> refused'],
    ['at 2026-01-02T03:04:05.678Z the till closed', 'at <time> the till closed'],
    ['after 30000ms', 'after <n>ms'],
    ['after 1,234.5 ms', 'after <n> ms'],
    ['object com.shop.Order@1a2b3c4d leaked', 'object com.shop.Order@<hex> leaked'],
    ['pointer 0xdeadBEEF', 'pointer <hex>'],
    [
      'Cannot deserialize value of type `int` from String "abc"',
      'Cannot deserialize value of type <str> from String <str>',
    ],
    ["can't find the user's cart", "can't find the user's cart"],
    ['ids [1, 2, 3] rejected', 'ids [<n>, …] rejected'],
    ['bad body {"id":"a","n":{"x":1}}', 'bad body <json>'],
    ['503 Service Unavailable on POST', '503 Service Unavailable on POST'],
    ['503 Services are listed', '<n> Services are listed'],
    ['HTTP 503 from provider', 'HTTP 503 from provider'],
    ['provider answered 503 for order o-7', 'provider answered 503 for order <id>'],
    ['status code: 404 for order 12', 'status code: 404 for order <n>'],
    ['ORA-00001: unique constraint violated', 'ORA-00001: unique constraint violated'],
    ['invalid utf-8 at 17', 'invalid utf-8 at <n>'],
  ])('%s', (message, pattern) => {
    expect(messagePattern(message)).toBe(pattern);
  });

  it('puts messages that differ only in variables into one pattern', () => {
    const variable = fc.oneof(
      fc.nat().map(String),
      fc.uuid(),
      fc.nat().map((n) => `ord-${n}`),
      fc.nat().map((n) => `user${n}`),
    );
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.uuid(), fc.uuid(), variable, (a, b, u, v, _x) => {
        const message = (n: number, id: string) =>
          `card of order ${n} refused by provider (request ${id}, attempt ${n % 7})`;
        expect(messagePattern(message(a, u))).toBe(messagePattern(message(b, v)));
      }),
    );
  });

  it('keeps what tells failures apart', () => {
    expect(messagePattern('HTTP 503')).not.toBe(messagePattern('HTTP 404'));
    expect(messagePattern('card expired')).not.toBe(messagePattern('card stolen'));
  });

  it('takes any text, in bounded time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        (text) => messagePattern(text).length <= 500,
      ),
    );
    for (const piece of ['"', "'", '{', '[', 'a:', '<n>, ', '1.', '@', '0x', '\\"', 'a-', '::', '5:'])
      expect(messagePattern(piece.repeat(100_000)).length).toBeLessThanOrEqual(500);
  });
});
