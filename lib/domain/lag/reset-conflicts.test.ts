import { describe, expect, it } from 'vitest';
import { type ResetSituation, resetConflicts } from './reset-conflicts.ts';
import { whatIf } from './what-if.ts';

const at = (partition: number, more: Partial<ResetSituation['partitions'][number]> = {}) => ({
  ...whatIf(
    { kind: 'latest' },
    {
      committed: 5n,
      logStart: 0n,
      lastStable: 10n,
      highWatermark: 10n,
      atTime: null,
      consumeRate: null,
      produceRate: null,
    },
  ),
  topic: 'orders.v1',
  partition,
  logStart: 0n,
  lastStable: 10n,
  highWatermark: 10n,
  failure: null,
  ...more,
});
const conflictsOf = (more: Partial<ResetSituation> = {}) =>
  resetConflicts({
    groupId: 'payments',
    type: 'classic',
    state: 'Empty',
    members: 0,
    target: { kind: 'latest' },
    partitions: [at(0)],
    topicsGone: [],
    replays: [],
    ...more,
  }).map(({ code, blocks, detail }) => `${blocks ? 'blocks' : 'warns'} ${code}: ${detail}`);

describe('conflicts of a reset', () => {
  it('an empty group has none', () => {
    expect(conflictsOf()).toEqual([]);
    expect(conflictsOf({ state: 'EMPTY', members: null })).toEqual([]);
  });

  it('a group with members, or of which that is not known, is refused by Kafka', () => {
    expect(conflictsOf({ state: 'Stable', members: 2 })).toEqual([
      'blocks group_active: Group payments is stable and 2 members are connected: Kafka refuses a reset until all of them are stopped.',
    ]);
    expect(conflictsOf({ state: 'Unknown', members: null })[0]).toMatch(/^blocks group_active: .* not known/);
    expect(conflictsOf({ state: 'PreparingRebalance', members: 0 })[0]).toMatch(/^blocks group_active/);
  });

  it('other types have other tools, and a share group knows no offset', () => {
    expect(conflictsOf({ type: 'share' })[0]).toMatch(/^warns other_tool: .*kafka-share-groups\.sh/);
    expect(conflictsOf({ type: 'share', target: { kind: 'shift', by: 1n } })[0]).toMatch(
      /^blocks not_supported/,
    );
    expect(conflictsOf({ type: 'streams' })[0]).toMatch(/^warns other_tool: .*kafka-streams-groups\.sh/);
  });

  it('names what is gone, unreadable, never committed, still open, and being replayed; refusals first', () => {
    const said = conflictsOf({
      target: { kind: 'shift', by: 1n },
      topicsGone: ['old.v1'],
      replays: [{ id: 'r-1', state: 'ramping', topic: 'orders.v1' }],
      partitions: [
        at(0, { lastStable: 7n }),
        ...[1, 2, 3, 4].map((partition) => at(partition, { from: null, to: null })),
        at(5, { from: null, to: null, failure: 'ListOffsets: not authorized' }),
        at(0, { topic: 'old.v1', from: null, to: null, failure: 'gone' }),
      ],
    });
    expect(said).toEqual([
      'blocks topic_gone: Topic old.v1 is gone: its committed offsets lead nowhere, and the tool fails when it is named.',
      'blocks partition_unreadable: The offsets of orders.v1-5 could not be read, so nothing is claimed of them: ListOffsets: not authorized',
      'blocks never_committed: There is no committed offset to shift from on orders.v1-1, orders.v1-2, orders.v1-3 and 1 more: the tool fails as a whole when it is given such a partition, so the command leaves them out.',
      'warns replay_running: Replay r-1 (ramping) sends to orders.v1 and waits for this group to consume it: a move would make its proof mean nothing.',
      'warns open_transaction: A transaction is open below the target on orders.v1-0 (from offset 7): what it commits later would never be read.',
    ]);
  });
});
