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

  it('a trouble of the cluster stands above the groups that follow from it, even when they rank higher', () => {
    const items = [
      { resource: 'flow/payments', follows: 'cluster/main/brokers_gone', rank: 0 },
      { resource: 'flow/audit', rank: 1 },
      { resource: 'cluster/main/brokers_gone', rank: 2 },
      { resource: 'flow/other', follows: 'cluster/main/gone_from_this_page', rank: 3 },
    ];
    expect(foldAttention(items).map(({ item, folded }) => [item.rank, folded])).toEqual([
      [2, false],
      [0, true],
      [1, false],
      [3, false],
    ]);
  });
});
