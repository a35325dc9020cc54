import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from './analyse.ts';
import { conventionSpecs } from './convention-spec.ts';
import { decodeDeadLetter } from './decode.ts';
import { describeHeader } from './header-view.ts';
import { type HeaderInput, headers, record } from './testing/records.ts';

const connect = (topic: string, partition: number, offset: number): HeaderInput[] => [
  ['__connect.errors.topic', topic],
  ['__connect.errors.partition', String(partition)],
  ['__connect.errors.offset', String(offset)],
];
const decode = (inputs: readonly HeaderInput[]) => decodeDeadLetter(record(inputs));

describe('hostile input', () => {
  const names = [
    ...conventionSpecs.flatMap((spec) => spec.fields.map((field) => field.name)),
    '__proto__',
    'constructor',
    '',
  ];
  const header = fc.tuple(
    fc.constantFrom(...names),
    fc.option(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: 'binary' })), { nil: null }),
  );

  it('never throws, and never answers with an impossible coordinate', () => {
    fc.assert(
      fc.property(fc.array(header, { maxLength: 30 }), (inputs) => {
        const analysed = analyse(record(inputs), 'dlq');
        expect(analysed.fingerprint).toMatch(/^[0-9a-f]{32}$/);
        for (const each of headers(inputs)) describeHeader(each, null);
        const { partition, offset } = analysed.origin;
        expect(partition === null || (Number.isInteger(partition) && partition >= 0)).toBe(true);
        expect(offset === null || offset >= 0n).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on arbitrary names either', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array(), fc.uint8Array())), (pairs) => {
        const raw = pairs.map(([name, value]) => ({ name, value }));
        expect(analyse(record([], { headers: raw }), 'dlq').convention).toBeTypeOf('string');
      }),
    );
  });

  it('reads a trace that is made to be tried in every way in the time that its length takes', () => {
    for (const name of ['$'.repeat(1900), 'a$'.repeat(950), 'a.'.repeat(950), '$.'.repeat(950)])
      for (const trace of [`${name}!`, `x\nCaused by: ${name}!`.repeat(20)])
        expect(
          decode([...connect('events', 0, 1), ['__connect.errors.exception.stacktrace', trace]]),
        ).toMatchObject({
          exceptionChain: [],
        });
  });

  it('takes __proto__ and constructor for what they are: names', () => {
    const decoded = decode([['__proto__', 'polluted'], ['constructor', 'x'], ...connect('events', 0, 1)]);
    expect(decoded.origin.topic).toBe('events');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
