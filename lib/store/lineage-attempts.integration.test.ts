import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { indexedTopic } from '#fixtures/indexed-letters.ts';
import { clusterId, clusterName, replayId, topicId, topicName, userId } from '#lib/domain/kernel/brand.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('what was moved into a quarantine is no attempt of its lineage, and the ledger still knows that it was taken up', async () => {
  const { stores } = test.database;
  const { place, arrive } = await indexedTopic(test.database, 'orders.dlq');
  const cluster = clusterId(place.clusterId);
  const source = {
    topic: topicName('orders.dlq'),
    topicId: topicId(place.topicId),
    selection: { all: true as const },
  };
  const took = async (name: string, kind: Replay['destination']['kind']): Promise<void> => {
    const id = replayId(name);
    await stores.replays.create({
      ...{
        id,
        purpose: 'replay',
        cluster: clusterName('main'),
        clusterId: cluster,
        flow: null,
        state: 'draft',
      },
      ...{ requesterId: userId('ana'), requester: 'ana', preparedBy: [], reason: 'test', ticket: null },
      ...{ autoStart: false, draftedFor: null, createdAt: new Date(), source, asked: [] },
      destination: { kind, topic: topicName(`orders.${kind}`), topicId: null, partitions: null },
      bounds: { maxRecords: 1, maxBytes: 1, recordsPerSecond: 1, maxDurationMs: 1 },
      canary: { records: 1, settleMs: 1, maxCameBackRatio: 0 },
    });
    await stores.lineageAttempts.add(cluster, id, ['orders-0-0'], new Date());
  };
  await took('r-moved', 'quarantine');
  await took('r-sent', 'retry');
  await stores.lineageAttempts.add(cluster, 'r-gone', ['orders-0-0'], new Date());

  const earlier = await stores.lineageAttempts.earlier(cluster, ['orders-0-0']);
  expect(earlier.map((each) => each.replayId).sort()).toEqual(['r-gone', 'r-sent']);
  await arrive(1);
  const attempts = await test.database.planStagings.stage(async (staging) => {
    const query = stores.replaySelection.candidates({ clusterId: cluster, ...source, replayId: 'r-next' });
    for await (const page of staging.candidates(query, 10)) return page.at(0).attempts;
    return null;
  });
  expect(attempts).toBe(2);
  const hint = { replayId: 'r-moved', lineageRoot: 'orders-0-0' };
  expect([...(await stores.deadLetterIndex.confirmedHints(cluster, [hint]))]).toEqual(['r-moved orders-0-0']);
});
