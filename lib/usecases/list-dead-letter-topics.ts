import { can } from '#lib/auth/authorize.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { FailurePlace } from '#lib/store/failure-states.ts';
import { type DeadLetterDeps, flowOf, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { topicView } from './dead-letter-views.ts';
import { distinctCounts } from './distinct-counts.ts';

async function withSummaries(
  deps: DeadLetterDeps,
  topics: readonly TopicRow[],
  without: readonly FailurePlace[] = [],
): Promise<DeadLetterTopic[]> {
  const { deadLetterSummaries, deadLetterExpiry, deadLetterWaves, deadLetterGrouping } = deps.database.stores;
  const now = deps.clock();
  const perCluster = Map.groupBy(topics, (topic) => topic.clusterId);
  const read = [...perCluster].map(async ([clusterId, ofCluster]) => {
    const topicIds = ofCluster.map((topic) => topic.topicId);
    const leftOut = without.filter((place) => place.clusterId === clusterId);
    const [summaries, states, expiries, waves, regroupings] = await Promise.all([
      deadLetterSummaries.summaries({ clusterId, topicIds, without: leftOut }, now),
      deadLetterSummaries.indexStates(clusterId, topicIds),
      deadLetterExpiry.of(clusterId, topicIds),
      deadLetterWaves.of(clusterId, topicIds),
      deadLetterGrouping.progress(clusterId, topicIds),
    ]);
    const distinct = await distinctCounts(deps, clusterId, summaries, leftOut, now);
    return ofCluster.map((topic) => {
      const of = <T extends { topicId: string }>(rows: readonly T[]) =>
        rows.find((each) => each.topicId === topic.topicId);
      const clock = {
        expiry: of(expiries),
        wave: of(waves),
        regrouping: of(regroupings),
        flow: flowOf(deps.config, topic),
      };
      const counted = distinct.of(topic.topicId, null);
      return [topic, topicView(topic, of(summaries), counted, of(states), clock, now)] as const;
    });
  });
  const viewOf = new Map((await Promise.all(read)).flat());
  return topics.flatMap((topic) => viewOf.get(topic) ?? []);
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
