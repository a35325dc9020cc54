import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { AttentionItem } from '#lib/contract/home.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Database } from '#lib/store/database.ts';
import { listClusters } from '../list-clusters.ts';
import { worstGroups } from '../list-groups.ts';
import { readSelf } from '../read-self.ts';
import { askingTopics } from './asking-topics.ts';
import { clusterItems, followedFinding } from './from-clusters.ts';
import { deadLetterItems } from './from-dead-letters.ts';
import { declarationItems } from './from-declarations.ts';
import { lagItems } from './from-lag.ts';
import { replayItems } from './from-replays.ts';
import { openReviews, reviewItems } from './from-reviews.ts';
import { selfItems } from './from-self.ts';
import { worstFirst } from './severity.ts';

type Deps = { database: Database; config: Config; clock: () => Date };

const waitingStates = [
  'awaiting_approval',
  'approved',
  'paused',
  'canary',
  'ramping',
  'completed',
  'verifying',
] as const;
const most = 500;

/** Everything that may want a human now, as far as the one who asks may see it, worst first. Read from Postgres alone. */
export async function readAttention(deps: Deps, principal: Principal): Promise<AttentionItem[]> {
  const clusters = await listClusters(deps, principal);
  const [groups, topics, replays, drafts, reviews, checks, self] = await Promise.all([
    Promise.all(clusters.map(({ name }) => worstGroups(deps, principal, name, most))),
    askingTopics(deps, principal),
    deps.database.stores.replays.inStates(waitingStates, most),
    deps.database.stores.replays.waitingDrafts(most),
    openReviews(deps.database),
    deps.database.stores.flowChecks.list(),
    readSelf(deps),
  ]);
  const visible = [...replays, ...drafts].filter((replay) =>
    can(principal, 'read', { cluster: replay.cluster, flow: replay.flow }),
  );
  const { flows } = deps.config;
  return [
    ...selfItems(self),
    ...clusterItems(clusters),
    ...lagItems(
      groups.flatMap((page) => page.groups),
      flows,
      followedFinding(clusters),
    ),
    ...deadLetterItems(topics.items, flows, topics.triageOf),
    ...declarationItems(
      checks,
      flows.filter(({ cluster, name }) => can(principal, 'read', { cluster, flow: name })),
      deps.clock(),
    ),
    ...replayItems(visible, principal, deps.clock()),
    ...reviewItems(
      reviews.filter(({ replay }) => can(principal, 'read', { cluster: replay.cluster, flow: replay.flow })),
      principal,
      deps.clock(),
    ),
  ]
    .sort(worstFirst)
    .map((item) => ({ claimedBy: null, ...item, snoozedUntil: null }));
}
