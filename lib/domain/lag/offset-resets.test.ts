import { describe, expect, it } from 'vitest';
import { offsetResets } from './offset-resets.ts';

const at = (topic: string, partition: number, offset: bigint | null) => ({ topic, partition, offset });
const same = () => true;

describe('offsets that went back', () => {
  it('are one event a topic, with how far', () => {
    const before = [at('a', 0, 10n), at('a', 1, 20n), at('b', 0, 5n)];
    const events = offsetResets('g', before, [at('a', 0, 4n), at('a', 1, 19n), at('b', 0, 6n)], same, 7);
    expect(events).toEqual([
      {
        groupId: 'g',
        atMs: 7,
        kind: 'offsets_reset',
        text: 'Offsets of a went back by 7 records on 2 partitions.',
      },
    ]);
  });

  it('are found in any order, and a partition that came or went is none', () => {
    const before = [at('b', 0, 5n), at('a', 0, 10n), at('c', 0, null)];
    const now = [at('a', 0, 9n), at('c', 0, 1n), at('d', 0, 0n)];
    expect(offsetResets('g', before, now, same, 0).map((each) => each.text)).toEqual([
      'Offsets of a went back by 1 record on 1 partition.',
    ]);
  });

  it('of a recreated topic are no reset', () => {
    expect(offsetResets('g', [at('a', 0, 9n)], [at('a', 0, 1n)], () => false, 0)).toEqual([]);
  });
});
