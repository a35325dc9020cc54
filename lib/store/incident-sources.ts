import type { AuditAction, AuditOutcome } from '#lib/domain/audit/action.ts';
import type { Convention } from '#lib/domain/dead-letters/convention.ts';
import { countedHours } from './dead-letter-counts.ts';
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

/** A failure group, called by the words of its newest letter. */
export type ToldFailure = {
  fingerprint: string;
  open: number;
  convention: Convention;
  exceptionClass: string | null;
  messagePattern: string | null;
  firstAt: Date;
  lastAt: Date;
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

  /**
   * What is told of failure groups, and how many dead letters of the topic are open, those of other groups too. `open` counts what is in the
   * log; a group that has left it has none.
   */
  async failuresOf(
    { clusterId, topicId }: TopicPlace,
    fingerprints: readonly string[],
  ): Promise<{ failures: ToldFailure[]; open: number }> {
    const scope = { clusterId, topicIds: [topicId], without: [] };
    const [total] = await db.$queryRaw<{ open: number }[]>`
      WITH ${countedHours(scope)} SELECT coalesce(sum(n - closed), 0)::int AS open FROM hours`;
    const failures = await db.$queryRaw<ToldFailure[]>`
      WITH ${countedHours(scope)},
      groups AS MATERIALIZED (
        SELECT k.fingerprint, sum(n - closed)::int AS open FROM hours JOIN k ON k.id = hours.kind
        WHERE k.fingerprint = ANY(${[...fingerprints]}::text[]) GROUP BY 1
      )
      SELECT f.fingerprint, coalesce(g.open, 0) AS open, newest.convention, newest.exception_class AS "exceptionClass",
        newest.message_pattern AS "messagePattern", oldest.at AS "firstAt", newest.at AS "lastAt"
      FROM unnest(${[...fingerprints]}::text[]) AS f(fingerprint) LEFT JOIN groups g USING (fingerprint)
      CROSS JOIN LATERAL (SELECT d.* FROM dead_letter d WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId}
        AND d.fingerprint = f.fingerprint ORDER BY d.at DESC LIMIT 1) newest
      CROSS JOIN LATERAL (SELECT d.at FROM dead_letter d WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId}
        AND d.fingerprint = f.fingerprint ORDER BY d.at LIMIT 1) oldest`;
    return { failures, open: total?.open ?? 0 };
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
