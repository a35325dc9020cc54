import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateCondition, parseCondition, type RuleFacts } from './when.ts';

const facts: RuleFacts = {
  manifest: { records: 212, bytes: 184_000, keys: 40, leftOut: 0, partitions: 6 },
  evidence: {
    stillFailing: { ratio: 0.02, status: 'warns' },
    targetGroup: { state: 'running', status: 'good' },
    fanOut: { readers: null, status: 'unknown' },
  },
};
const say = (text: string) => evaluateCondition(parseCondition(text), facts);

describe('the language of rules', () => {
  it.each([
    ['manifest.bytes > 100000000', false],
    ['manifest.bytes >= 184000', true],
    ['evidence.stillFailing.ratio > 0.01', true],
    ['evidence.targetGroup.state == "running"', true],
    ["evidence.targetGroup.state != 'stalled'", true],
    ['manifest.records > 200 and manifest.keys < 10', false],
    ['manifest.records > 200 and manifest.keys < 10 or manifest.partitions == 6', true],
    ['manifest.records > 200 and (manifest.keys < 10 or manifest.partitions == 7)', false],
    ['evidence.fanOut.readers > 1', 'unknown'],
    ['evidence.ordering.newerKeys > 0', 'unknown'],
    ['evidence.targetGroup.state > 3', 'unknown'],
    ['evidence.fanOut.readers > 1 and manifest.records > 9999', false],
    ['evidence.fanOut.readers > 1 or manifest.records > 1', true],
    ['evidence.fanOut.readers > 1 and manifest.records > 1', 'unknown'],
    ['evidence.stillFailing.constructor > 1', 'unknown'],
  ])('%s is %s', (text, truth) => {
    expect(say(text)).toBe(truth);
  });

  it.each([
    ['', 'missing'],
    ['manifest.bytes', 'operator is missing'],
    ['manifest.bytes >', 'missing at the end'],
    ['manifest.bytes > x', 'neither a number'],
    ['manifest.price > 1', 'not known'],
    ['evidence.nothing.ratio > 1', 'not known'],
    ['process.exit > 1', 'not known'],
    ['manifest.bytes = 1', 'not understood'],
    ['manifest.bytes > 1 manifest.keys > 1', 'after the end'],
    ['(manifest.bytes > 1', 'missing'],
    ['1 > manifest.bytes', 'stands where a path should'],
    ['manifest.bytes > 1; 2', 'not understood'],
  ])('refuses "%s"', (text, reason) => {
    expect(() => parseCondition(text)).toThrow(reason);
  });

  it('ends for any text, by an answer or an error that says why', () => {
    const pieces = fc.constantFrom(
      'manifest.bytes',
      '>',
      '==',
      '(',
      ')',
      'and',
      'or',
      '1',
      '"x"',
      ' ',
      '<=',
      '-',
      '.',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join(' ')),
        ),
        (text) => {
          try {
            expect([true, false, 'unknown']).toContain(say(text));
          } catch (error) {
            expect((error as Error).message).not.toBe('');
          }
        },
      ),
    );
  });
});
