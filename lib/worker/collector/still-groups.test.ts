import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { noMasks } from '#lib/domain/dead-letters/masks.ts';
import { noRetention } from '#lib/domain/lag/expiry.ts';
import { createAheadReader } from './first-record.ts';
import { emptyMemory, type Memory } from './memory.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import { readGroups } from './read-groups.ts';
import type { ToldGroup } from './told-group.ts';

const ids = ['a', 'b', 'c'];

type World = {
  committed: Record<string, bigint | null>;
  members: Record<string, boolean>;
  ends: [bigint, bigint];
  failing: string | null;
};

/** The poll of a world at a time: all of it new objects, as a broker's answers are. */
function pollOf({ committed, members, ends, failing }: World, atMs: number): ClusterPoll {
  const member = (groupId: string) => ({
    memberId: `m-${groupId}`,
    clientId: 'c',
    host: '10.0.0.1',
    instanceId: null,
    rackId: null,
    epoch: null,
    tasks: null,
    assignment: [{ topic: 'orders', partitions: [0, 1] }],
    subscribed: ['orders'],
  });
  const description = (groupId: string) => ({
    ...{ groupId, type: 'classic' as const, state: 'Stable', epoch: null, assignmentEpoch: null },
    ...{ assignor: null, internalTopics: [], members: members[groupId] ? [member(groupId)] : [] },
  });
  const refused = () => new BrokerFailure('not_authorized', 'no');
  const brokers = { leader: 1, replicas: [1], inSyncReplicas: [1] };
  return {
    atMs,
    answeredMs: atMs + 1,
    cluster: { clusterId: 'x', controller: 1, brokers: [] },
    topics: new Map([
      [
        'orders',
        {
          ...{ topic: 'orders', topicId: 'id-orders', internal: false },
          partitions: [0, 1].map((partition) => ({ partition, ...brokers })),
        },
      ],
    ]),
    groups: ids.map((groupId) => ({ groupId, type: 'classic', state: 'Stable', protocolType: 'consumer' })),
    descriptions: new Map(ids.map((id) => [id, id === failing ? refused() : description(id)])),
    committed: new Map(
      ids.map((id) => [
        id,
        id === failing
          ? refused()
          : [0, 1].map((partition) => ({
              ...{ topic: 'orders', partition, metadata: null },
              offset: partition === 0 ? (committed[id] ?? null) : (ends[1] ?? null),
            })),
      ]),
    ),
    shareOffsets: new Map(),
    ends: new Map([
      ['orders', ends.map((end) => ({ logStart: 0n, lastStable: end, highWatermark: end, failure: null }))],
    ]),
  };
}

/** The log can't be read, so what a group waits on stays unknown; the groups are told all the same. */
const asking = {
  reader: createAheadReader({
    fetch: () => Promise.reject(new BrokerFailure('unreachable', 'no log here')),
  }),
  masksOf: () => noMasks,
  log: () => undefined,
};

async function told(world: World, memory: Memory, atMs: number) {
  const groups: (Omit<ToldGroup, 'partitions'> & { partitions: unknown })[] = [];
  let asBefore = 0;
  const settings = {
    ...{ cluster: 'main', windowMs: 30_000, flowOf: () => null, retentionOf: () => noRetention, asking },
    ...{ sizeOf: () => null, sameKeyDeadLetters: async () => null },
  };
  await readGroups(pollOf(world, atMs), memory, settings, (group, same) => {
    groups.push({ ...group, partitions: group.partitions() });
    if (same) asBefore += 1;
  });
  return { groups: groups.sort((a, b) => a.groupId.localeCompare(b.groupId)), asBefore };
}

it('a group on which nothing moves is told as it was, and that is what reading it anew would say', async () => {
  const offset = fc.option(fc.bigInt({ min: 0n, max: 5n }), { freq: 8 });
  const step = fc.record({
    committed: fc.record({ a: offset, b: offset, c: offset }),
    members: fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() }),
    ends: fc.constantFrom<[bigint, bigint]>([5n, 3n], [5n, 4n], [6n, 3n]),
    failing: fc.option(fc.constantFrom(...ids), { freq: 4 }),
    rounds: fc.integer({ min: 1, max: 30 }),
  });
  const all = <T>(value: T) => ({ a: value, b: value, c: value });
  const still = {
    ...{ committed: all(5n), members: all(true), failing: null, rounds: 60 },
    ends: [5n, 3n] as [bigint, bigint],
  };
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const [kept, anew] = [emptyMemory(), emptyMemory()];
      let atMs = 0;
      for (const { rounds, ...world } of steps)
        for (let round = 0; round < rounds; round++) {
          atMs += 2_000;
          anew.still.clear();
          const [fast, slow] = [await told(world, kept, atMs), await told(world, anew, atMs)];
          expect(fast.groups).toEqual(slow.groups);
          taken += fast.asBefore;
        }
    }),
    // What chance brings may hardly ever stand still: one run does, with nothing left to read.
    { numRuns: 12, examples: [[[still]]] },
  );
  expect(taken).toBeGreaterThan(50);
});
