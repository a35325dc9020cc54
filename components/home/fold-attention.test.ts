import { describe, expect, it } from 'vitest';
import { foldAttention } from './fold-attention.ts';

describe('needs you', () => {
  it('keeps the ranking and draws in what is about the same thing', () => {
    const items = ['flow:payments', 'replay:r-1', 'flow:payments', 'topic:x'].map((resource, rank) => ({
      resource,
      rank,
    }));
    expect(foldAttention(items).map(({ item, folded }) => [item.rank, folded])).toEqual([
      [0, false],
      [2, true],
      [1, false],
      [3, false],
    ]);
  });
});
