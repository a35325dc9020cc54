import type { Prisma } from '#generated/prisma/client.ts';
import type { GrantedPlace } from '#lib/domain/access/decide.ts';
import type { ReplayState } from '#lib/domain/replays/state.ts';
import { likeLiteral } from './like-literal.ts';
import type { PrismaScope } from './prisma.ts';

export type ReplayFilter = {
  states?: readonly ReplayState[];
  /** Source or destination. */
  topic?: string;
  requester?: string;
  /** Waiting for this person's approval: not prepared by them, not yet decided by them on this seal in this round. */
  awaitingUserId?: string;
  /** Of each of these lists one place covers the replay: where somebody holds each permission that is asked for. */
  within: readonly (readonly GrantedPlace[])[];
};

type Named = { equals: string } | { startsWith: string };
const named = (pattern: string): Named =>
  pattern.endsWith('*') ? { startsWith: likeLiteral(pattern.slice(0, -1)) } : { equals: pattern };

/** As `isPermitted` of the domain judges one replay: one without a flow is covered by a grant on all flows only. */
const coveredBy = ({ cluster, flow }: GrantedPlace): Prisma.ReplayWhereInput => ({
  ...(cluster === '*' ? {} : { cluster: named(cluster) }),
  ...(flow === '*' ? {} : { flow: named(flow) }),
});

/** Said in full, for Prisma takes an empty OR for no condition at all. */
function coveredByOne(places: readonly GrantedPlace[]): Prisma.ReplayWhereInput {
  if (places.some(({ cluster, flow }) => cluster === '*' && flow === '*')) return {};
  return places.length === 0 ? { id: { in: [] } } : { OR: places.map(coveredBy) };
}

/**
 * Those that wait for this person: before the start, and paused ones whose rest needs fresh approvals after a came-back gate and has too
 * few of that round (lib/domain/replays/approvals.ts judges one of them).
 */
async function awaiting(db: PrismaScope, userId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT r.id
    FROM (SELECT *, coalesce((run->>'approvalRound')::int, 0) AS round FROM replay WHERE state IN ('awaiting_approval', 'paused')) r
    WHERE NOT (${userId} = ANY(r.prepared_by))
      AND NOT EXISTS (
        SELECT 1 FROM replay_approval a
        WHERE a.replay_id = r.id AND a.user_id = ${userId} AND a.digest = r.digest AND a.round = r.round)
      AND (r.state = 'awaiting_approval' OR (r.round > 0 AND (r.plan->'policy'->>'approvalsNeeded')::int > (
        SELECT count(*) FROM replay_approval a
        WHERE a.replay_id = r.id AND a.decision = 'approve' AND a.digest = r.digest AND a.policy_version = r.policy_version
          AND a.round = r.round AND NOT (a.user_id = ANY(r.prepared_by)))))`;
  return rows.map((row) => row.id);
}

/** The conditions that all have to hold of a replay in the list. */
export async function replayConditions(
  db: PrismaScope,
  filter: ReplayFilter,
): Promise<Prisma.ReplayWhereInput[]> {
  const where: Prisma.ReplayWhereInput[] = filter.within.map(coveredByOne);
  if (filter.states) where.push({ state: { in: [...filter.states] } });
  if (filter.topic) where.push({ OR: [{ sourceTopic: filter.topic }, { destinationTopic: filter.topic }] });
  if (filter.requester) where.push({ requester: filter.requester });
  if (filter.awaitingUserId) where.push({ id: { in: await awaiting(db, filter.awaitingUserId) } });
  return where;
}
