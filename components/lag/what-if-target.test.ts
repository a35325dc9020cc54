import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whatIfBody } from '#lib/contract/what-if.ts';
import { addressValue, localInput, readTarget, whatIfKinds } from './what-if-target.ts';

describe('a target as typed', () => {
  it.each([
    ['offset', ' 88,412 ', { kind: 'offset', offset: '88412' }],
    ['offset', '9007199254740993', { kind: 'offset', offset: '9007199254740993' }],
    ['shift', '-1 000', { kind: 'shift', by: '-1000' }],
    ['shift', '−5', { kind: 'shift', by: '-5' }],
    ['shift', '+5', { kind: 'shift', by: '5' }],
    ['timestamp', '2026-11-25T02:00:00Z', { kind: 'timestamp', timestamp: '2026-11-25T02:00:00.000Z' }],
    ['earliest', 'whatever', { kind: 'earliest' }],
  ] as const)('%s %j', (kind, typed, to) => expect(readTarget(kind, typed)).toEqual({ to }));

  it.each([
    ['offset', ''],
    ['offset', '-1'],
    ['offset', '9223372036854775808'],
    ['offset', '1e5'],
    ['shift', 'back'],
    ['timestamp', ''],
    ['timestamp', 'yesterday'],
  ] as const)('%s %j is none, and says why', (kind, typed) =>
    expect(readTarget(kind, typed)).toEqual({ problem: expect.stringMatching(/\w/) }),
  );

  it('whatever is accepted, the API accepts, and the address gives it back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...whatIfKinds),
        fc.oneof(
          fc.string(),
          fc.bigInt(-(2n ** 64n), 2n ** 64n).map(String),
          fc.date().map((at) => localInput(at)),
        ),
        (kind, typed) => {
          const read = readTarget(kind, typed);
          if ('problem' in read) return;
          expect(whatIfBody.safeParse({ to: read.to }).success).toBe(true);
          expect(readTarget(kind, addressValue(read.to) ?? '')).toEqual(read);
        },
      ),
    );
  });
});
