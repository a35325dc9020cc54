import type { AuditAction, AuditOutcome } from '#lib/domain/audit/action.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

/** A line of the audit log, without its place in the chain. */
export type ToldLine = {
  seq: bigint;
  at: Date;
  actor: string;
  action: AuditAction;
  outcome: AuditOutcome;
  code: string | null;
  resource: string;
  detail: Record<string, unknown>;
};

/** What joins the timeline of an incident, each within a span and a bound. */
export const createIncidentSourceStore = (db: PrismaScope) => ({
  /** Lines about these resources with these actions within [from, to], oldest first. */
  async auditLines(
    of: { resources: readonly string[]; actions: readonly AuditAction[] },
    from: Date,
    to: Date,
    limit: number,
  ): Promise<ToldLine[]> {
    if (of.resources.length === 0) return [];
    return db.$queryRaw<ToldLine[]>`
      SELECT seq, at, actor, action, outcome, code, resource, detail FROM audit_event
      WHERE resource = ANY(${[...of.resources]}) AND action = ANY(${[...of.actions]})
        AND at >= ${from}::timestamptz AND at <= ${to}::timestamptz
      ORDER BY seq LIMIT ${limit}`;
  },

  /** Ids of replays that were not over before the span and were made before its end, newest first: of these flows, or from or to these topics, or named. */
  async replayIds(
    of: {
      clusters: readonly string[];
      flows: readonly string[];
      topics: readonly string[];
      ids: readonly string[];
    },
    from: Date,
    to: Date,
    limit: number,
  ): Promise<string[]> {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT id FROM replay
      WHERE cluster = ANY(${[...of.clusters]}) AND created_at <= ${to}::timestamptz
        AND (finished_at IS NULL OR finished_at >= ${from}::timestamptz)
        AND (created_at >= ${from}::timestamptz OR updated_at >= ${from}::timestamptz)
        AND (flow = ANY(${[...of.flows]}) OR source_topic = ANY(${[...of.topics]})
          OR destination_topic = ANY(${[...of.topics]}) OR id = ANY(${[...of.ids]}))
      ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  },

  /** How many dead letters arrived within [from, to], by failure group, those that retention took since too. Looks at no more than `most` of them, the newest. */
  async arrived(
    { clusterId, topicId }: TopicPlace,
    from: Date,
    to: Date,
    most: number,
  ): Promise<{ counts: Map<string, number>; atLeast: boolean }> {
    const rows = await db.$queryRaw<{ fingerprint: string; n: number }[]>`
      SELECT fingerprint, count(*)::int AS n FROM (
        SELECT d.fingerprint FROM dead_letter d WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId}
          AND d.at >= ${from}::timestamptz AND d.at <= ${to}::timestamptz ORDER BY d.at DESC LIMIT ${most}
      ) s GROUP BY fingerprint`;
    const counts = new Map(rows.map(({ fingerprint, n }) => [fingerprint, n]));
    const total = rows.reduce((sum, { n }) => sum + n, 0);
    return { counts, atLeast: total >= most };
  },
});
export type IncidentSourceStore = ReturnType<typeof createIncidentSourceStore>;
