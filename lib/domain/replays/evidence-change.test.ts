import { expect, it } from 'vitest';
import type { EvidenceName, EvidenceStatus, JsonValue } from './evidence.ts';
import { type EvidenceChange, evidenceChange } from './evidence-change.ts';

const item = (status: EvidenceStatus, value: JsonValue = null, name: EvidenceName = 'fanOut') => ({
  name,
  status,
  value,
});

it.each<[string, ReturnType<typeof item> | undefined, ReturnType<typeof item>, EvidenceChange]>([
  ['what was good and warns', item('good'), item('warns'), 'worse'],
  ['what was good and is not known any more', item('good'), item('unknown'), 'worse'],
  ['what was not known and is known to be bad', item('unknown'), item('warns'), 'worse'],
  ['what blocked and only warns', item('blocks'), item('warns'), 'better'],
  ['what was not known and is good', item('unknown'), item('good'), 'better'],
  [
    'another group that reads',
    item('warns', { groups: ['a'] }),
    item('warns', { groups: ['a', 'b'] }),
    'other',
  ],
  ['the same in another order of keys', item('good', { a: 1, b: 2 }), item('good', { b: 2, a: 1 }), 'same'],
  [
    'a clock that went on',
    item('good', { leftMs: 9 }, 'retention'),
    item('good', { leftMs: 8 }, 'retention'),
    'same',
  ],
  [
    'the same failures that have gone on arriving',
    item('warns', { arrivals: 3 }, 'stillFailing'),
    item('warns', { arrivals: 0, arrivedSince: 5 }, 'stillFailing'),
    'other',
  ],
  [
    'failures that have gone on as fast, none of which is left behind',
    item('warns', { arrivals: 3 }, 'stillFailing'),
    item('warns', { arrivals: 2, arrivedSince: 0 }, 'stillFailing'),
    'same',
  ],
  ['what was never frozen', undefined, item('good'), 'other'],
])('%s', (_, frozen, now, change) => {
  expect(evidenceChange(frozen, now)).toBe(change);
});
