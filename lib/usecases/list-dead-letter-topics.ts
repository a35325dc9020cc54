import { can } from '#lib/auth/authorize.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { FailurePlace } from '#lib/store/failure-states.ts';
import { type DeadLetterDeps, flowOf, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { topicView } from './dead-letter-views.ts';

async function withSummaries(
  deps: DeadLetterDeps,
  topics: readonly TopicRow[],
  without: readonly FailurePlace[] = [],
): Promise<DeadLetterTopic[]> {
  const { deadLetterGroups, deadLetterExpiry } = deps.database.stores;
  const now = deps.clock();
  const perCluster = Map.groupBy(topics, (topic) => topic.clusterId);
  const read = [...perCluster].map(async ([clusterId, ofCluster]) => {
    const ids = ofCluster.map((topic) => topic.topicId);
    const [summaries, states, expiries] = await Promise.all([
      deadLetterGroups.summaries(
        clusterId,
        ids,
        now,
        without.filter((place) => place.clusterId === clusterId),
      ),
      deadLetterGroups.indexStates(clusterId, ids),
      deadLetterExpiry.of(clusterId, ids),
    ]);
    return { summaries, states, expiries };
  });
  const all = await Promise.all(read);
  const summaryOf = new Map(all.flatMap(({ summaries }) => summaries).map((each) => [each.topicId, each]));
  const stateOf = new Map(all.flatMap(({ states }) => states).map((each) => [each.topicId, each]));
  const expiryOf = new Map(all.flatMap(({ expiries }) => expiries).map((each) => [each.topicId, each]));
  return topics.map((topic) => {
    const clock = { expiry: expiryOf.get(topic.topicId), flow: flowOf(deps.config, topic) };
    return topicView(topic, summaryOf.get(topic.topicId), stateOf.get(topic.topicId), clock, now);
  });
}

/**
 * Dead-letter and quarantine topics by cluster and name; those that the principal may not read are left out.
 * @param without failure groups that are left out of every number
 */
export async function listDeadLetterTopics(
  deps: DeadLetterDeps,
  principal: Principal,
  page: { limit: number; after: TopicRef | null },
  without: readonly FailurePlace[] = [],
): Promise<{ items: DeadLetterTopic[]; next: TopicRef | null }> {
  const rows = await deps.database.stores.deadLetters.listTopics({ ...page, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  const configured = new Set(deps.config.clusters.map((cluster) => cluster.name));
  const permitted = shown.filter(
    ({ cluster, flow }) => configured.has(cluster) && can(principal, 'read', { cluster, flow }),
  );
  return {
    items: await withSummaries(deps, permitted, without),
    next: last ? { cluster: last.cluster, topic: last.topic } : null,
  };
}

/** One dead-letter or quarantine topic. @throws SluiceError not_found, forbidden */
export async function readDeadLetterTopic(
  deps: DeadLetterDeps,
  principal: Principal,
  of: TopicRef,
): Promise<DeadLetterTopic> {
  const topic = await requireTopic(deps, principal, of);
  const [view] = await withSummaries(deps, [topic]);
  if (!view) throw new Error(`No summary of ${topic.topic}.`);
  return view;
}
