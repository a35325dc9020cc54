import { openReviews } from '../attention/from-reviews.ts';
import { listClusters } from '../list-clusters.ts';
import { listDeadLetterTopics } from '../list-dead-letter-topics.ts';
import { declarationConditions } from './declaration-conditions.ts';
import { type AlertDeps, systemPrincipal } from './deps.ts';
import { burnConditions, deadLetterConditions } from './flow-conditions.ts';
import { type Found, together } from './found.ts';
import { clusterConditions, groupConditions } from './lag-conditions.ts';
import { replayConditions, reviewConditions } from './replay-conditions.ts';

const most = 500;

/** Everything that may be alerted about now, from Postgres alone, with the words of the attention list. Muted failure groups are not. */
export async function readConditions(deps: AlertDeps): Promise<Found> {
  const { stores } = deps.database;
  const now = deps.clock();
  const clusters = await listClusters(deps, systemPrincipal);
  const [groups, burns, topics, waiting, aborted, reviews, checks] = await Promise.all([
    Promise.all(clusters.map((cluster) => groupConditions(deps, cluster))),
    burnConditions(deps),
    stores.failureStates
      .quiet(now, { snoozed: false })
      .then((muted) => listDeadLetterTopics(deps, systemPrincipal, { limit: most, after: null }, muted)),
    stores.replays.inStates(['awaiting_approval', 'paused'], most),
    stores.replays.endedSince('aborted', new Date(now.getTime() - 3_600_000), most),
    openReviews(deps.database),
    stores.flowChecks.list(),
  ]);
  const { flows } = deps.config;
  const plain = [
    ...clusterConditions(clusters),
    ...replayConditions([...waiting, ...aborted], flows, now),
    ...reviewConditions(reviews, flows, now),
  ];
  return together([
    ...groups,
    burns,
    deadLetterConditions(topics.items, flows),
    declarationConditions(checks, flows, now),
    { conditions: plain, unknownPrefixes: [] },
  ]);
}
