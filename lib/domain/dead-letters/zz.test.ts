import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, plainSteps } from './analyse.ts';
import { conventionSpecs } from './convention-spec.ts';
import { messagePattern } from './message-pattern.ts';
import { messageShape } from './message-shape.ts';
import { recalledMessage, recalledPattern } from './recalled-message.ts';
import { record } from './testing/records.ts';
import { verdictOf } from './verdict.ts';

/** Everything by which the rules tell messages apart, next to numbers that they do not look at. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'HTTP',
      'HTTP/1.',
      'status',
      'status code',
      'status=',
      'response',
      ' answered ',
      'returned',
      '503',
      '504',
      '429',
    ],
    ...[
      ' 503 Service Unavailable',
      '404 ',
      ' Not Found',
      'utf-',
      'utf',
      'UTF-8',
      'not valid utf',
      'ORA-',
      'E1',
      'DB2',
    ],
    ...[
      'SQLSTATE ',
      'sha-',
      'v',
      's3',
      'k8s',
      'x509',
      '2024-01-01',
      'T10:11:12',
      'Z',
      'UTC',
      ' ',
      ' ',
      '-',
      '_',
      '.',
      ',',
    ],
    ...[
      ':',
      '/',
      '@',
      '"',
      "'",
      '{',
      '}',
      '=',
      '<',
      '0x',
      'http://',
      'a.b',
      'order ',
      'r-',
      'id ',
      '\n',
      '%',
      'ms',
      '+',
    ],
    ...[
      'Mon Jan ',
      '[',
      ']',
      ';',
      '\uE000',
      'é',
      'ſ',
      '$',
      '@host.com',
      '::',
      'abcdef',
      'deadbeef',
      'x'.repeat(70),
    ],
  ),
  fc.nat({ max: 99_999 }).map(String),
  fc.constantFrom('1', '12', '123', '1234', '503', '404', '8', '16', '7'),
  fc.string({ maxLength: 4 }),
);
const message = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 7, maxLength: 31 });
const withDigits = (text: string, others: readonly number[]) => {
  let at = 0;
  return text.replace(/\d/g, () => String(others[at++ % others.length]));
};

describe('what is recalled of earlier records', () => {
  it('is what the rules say: pattern and verdict of messages that differ in digits alone', () => {
    let alike = 0;
    fc.assert(
      fc.property(
        message,
        digits,
        fc.constantFrom('com.shop.Foo', 'java.net.SocketTimeoutException', null),
        (first, others, exceptionClass) => {
          for (const exceptionMessage of [first, withDigits(first, others)]) {
            if (exceptionMessage !== first && messageShape(exceptionMessage) === messageShape(first))
              alike += 1;
            const failure = { exceptionClass, exceptionMessage, exceptionChain: [] };
            expect(recalledPattern(exceptionMessage)).toBe(messagePattern(exceptionMessage));
            expect(recalledMessage(failure)).toEqual({
              pattern: messagePattern(exceptionMessage),
              verdict: verdictOf(failure).verdict,
            });
          }
        },
      ),
      { numRuns: 300000 },
    );
    // Or nothing was recalled, and nothing tested.
    expect(alike).toBeGreaterThan(500);
  }, 400000);

  it('is what the rules say of whole records, whatever their headers', () => {
    const names = conventionSpecs.flatMap((spec) => spec.fields.map((field) => field.name));
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      message,
      message.map((text) => `a.b.C: ${text}\n\tat a.b.C.d(C.java:7)\nCaused by: x.Y: ${text}`),
      fc.constantFrom('12', 'topic-dlq', 'com.x.Y$Z', '$$', '$a', 'a$', 'a$b'),
    );
    const header = fc.tuple(
      fc.constantFrom(...names, 'sluice-replay-id', 'sluice-origin', 'x'),
      fc.option(value, { nil: null }),
    );
    fc.assert(
      fc.property(fc.array(header, { maxLength: 24 }), (inputs) => {
        const dead = record(inputs);
        expect(analyse(dead, 'dlq')).toEqual(analyse(dead, 'dlq', {}, plainSteps));
      }),
      { numRuns: 1000 },
    );
  }, 400000);

  it('asks for one shape of messages that differ in what says nothing', () => {
    expect(messageShape('order 123456 of c-77 answered 503 and that after 12 ms')).toBe(
      'order 000000 of c-00 answered 503 and that after 00 ms',
    );
    expect(messageShape('ORA-00001 in utf-8')).toBe('ORA-00001 in utf-8');
    expect(messageShape('no digits')).toBe('no digits');
  }, 400000);
});
