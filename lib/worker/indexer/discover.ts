import { deadLetterTopics } from '#lib/domain/dead-letters/discovery.ts';
import { excerptRule } from '#lib/domain/dead-letters/excerpt.ts';
import { groupingRules } from '#lib/domain/dead-letters/grouping-rules.ts';

import { parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { kafkaTextOfId } from '#lib/domain/dead-letters/topic-id.ts';
import type { IndexedTopic } from '#lib/store/dead-letter-index.ts';
import type { IndexerDeps } from './deps.ts';
import type { Watch, WatchedTopic } from './watched.ts';

/** Topic configs are whole numbers, with -1 for "unlimited". */
function retentionOf(text: string | null | undefined): bigint | null {
  if (text === null || text === undefined || !/^-?\d{1,19}$/.test(text)) return null;
  const retentionMs = BigInt(text);
  return retentionMs < 0n ? null : retentionMs;
}

/**
 * Looks which dead-letter topics there are, notes them in the index, and takes up each partition where the index left it.
 * A recreated topic has another id and begins anew; the old one is noted as gone.
 */
export async function discover(deps: IndexerDeps): Promise<Omit<Watch, 'notePointers' | 'tails'>> {
  const { cluster, config, database, clock } = deps;
  const at = clock();
  const [{ clusterId }, existing, ofGroups] = await Promise.all([
    cluster.admin.describeCluster(),
    cluster.admin.describeTopics(),
    config.deadLetters.shareGroups ? cluster.admin.deadLettersOfGroups() : [],
  ]);
  const byName = new Map(existing.map((topic) => [topic.topic, topic]));
  const found = deadLetterTopics(cluster.name, existing, config.deadLetters, config.flows, ofGroups);
  const configs = await cluster.admin.topicConfigs(found.map((each) => each.topic));
  const topics: WatchedTopic[] = [];
  for (const { topic, kind, flow, mapping } of found) {
    const info = byName.get(topic);
    if (!info) continue;
    const declared = config.flows.find((each) => each.name === flow) ?? null;
    const masks = parseMasks(declared?.mask ?? []);
    const rule = excerptRule(declared);
    topics.push({
      topicId: info.topicId,
      topic,
      kind,
      flow,
      mapping,
      masks,
      rules: groupingRules({ mapping, masks }),
      excerpt: rule === null || !declared?.excerpt ? null : { bytes: declared.excerpt.bytes, rule },
      retentionMs: retentionOf(configs.get(topic)?.get('retention.ms')),
      cleanupPolicy: configs.get(topic)?.get('cleanup.policy') ?? null,
      partitions: info.partitions.map((each) => each.partition),
      cursors: new Map(),
    });
  }
  deps.reach?.('topics_described');
  const known: IndexedTopic[] = topics;
  await database.transact(async (stores) => {
    await stores.deadLetterIndex.noteTopics(
      { name: cluster.name, clusterId },
      known,
      at,
      existing.map((topic) => topic.topicId),
    );
    await stores.deadLetterGrouping.note(clusterId, topics, at);
    await stores.deadLetterDiscovery.note(
      clusterId,
      found.flatMap(({ topic, foundBy }) => {
        const topicId = byName.get(topic)?.topicId;
        return topicId === undefined ? [] : [{ topicId, foundBy }];
      }),
    );
  });
  deps.reach?.('topics_noted');
  const byId = new Map(topics.map((topic) => [topic.topicId, topic]));
  for (const cursor of await database.stores.deadLetterIndex.cursors(clusterId))
    byId.get(cursor.topicId)?.cursors.set(cursor.partition, cursor);
  return {
    clusterId,
    topics,
    nameOfId: new Map(existing.map((topic) => [kafkaTextOfId(topic.topicId), topic.topic])),
  };
}
