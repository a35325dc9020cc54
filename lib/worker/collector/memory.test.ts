import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyMemory, forgetOthers, packMemory, rememberEnd, rememberPoll, unpackMemory } from './memory.ts';

const polls = fc.array(
  fc.record({
    committed: fc.bigInt({ min: 0n, max: 2n ** 60n }),
    grown: fc.bigInt({ min: 0n, max: 1_000n }),
  }),
  { maxLength: 30 },
);

describe('memory', () => {
  it('comes back from storage as it was', () => {
    fc.assert(
      fc.property(polls, fc.string(), (seen, name) => {
        const memory = emptyMemory();
        let end = 2n ** 60n;
        seen.forEach(({ committed, grown }, index) => {
          end += grown;
          const atMs = index * 2_000;
          rememberEnd(memory, name, atMs, end);
          const poll = { atMs, committed, logStart: 0n, lastStable: end, highWatermark: end, assigned: true };
          rememberPoll(memory, name, poll, 30_000);
        });
        expect(unpackMemory(JSON.parse(JSON.stringify(packMemory(memory))))).toEqual(memory);
      }),
    );
  });

  it('lets go of what is gone, and refuses what another version wrote', () => {
    const memory = emptyMemory();
    for (const key of ['a', 'b']) rememberEnd(memory, key, 0, 1n);
    forgetOthers(memory, new Set(['b']), new Set());
    expect([...memory.ends.keys()]).toEqual(['b']);
    expect(unpackMemory({ version: 0, ends: [], windows: [] })).toBeNull();
    expect(unpackMemory({ version: 1, ends: [['a', [['1.5', 0, 0]]]], windows: [] })).toBeNull();
  });
});
