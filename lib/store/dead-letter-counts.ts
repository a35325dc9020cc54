import { Prisma } from '#generated/prisma/client.ts';
import { inLog } from './dead-letter-rows.ts';

export type GroupPlace = { topicId: string; fingerprint: string };
/** Which topics of a cluster are counted, and which of their failure groups are left out. */
export type CountedScope = {
  clusterId: string;
  topicIds: readonly string[];
  without: readonly GroupPlace[];
};

const minuteMs = 60_000;
/** So many rows of one minute are looked at to tell which of them came before a window began; more would be felt. */
const edgeRowsMost = 20_000;

/** Of `table`: leaves failure groups out. */
export const leftOut = (table: Prisma.Sql, without: readonly GroupPlace[]): Prisma.Sql =>
  without.length === 0
    ? Prisma.empty
    : Prisma.sql`AND (${table}.topic_id, ${table}.fingerprint) NOT IN (SELECT * FROM unnest(
        ${without.map((each) => each.topicId)}::text[], ${without.map((each) => each.fingerprint)}::text[]))`;

const startOf = (counts: Prisma.Sql) =>
  Prisma.sql`LEFT JOIN start s ON s.topic_id = k.topic_id AND s.partition = ${counts}.partition`;
const fromStart = (counts: Prisma.Sql) => Prisma.sql`(s.chunk IS NULL OR ${counts}.chunk >= s.chunk)`;

/**
 * What is in the log now, counted without looking at its rows: the beginning of a WITH. `k` are the kinds, `hours` their counts by hour and
 * partition (`n`, and `closed` of them; none that is 0), `loose` what is to be added to the minutes that are added up already: deltas, and with
 * a minus what lies below the log start in the chunk where the log starts.
 */
export const countedHours = ({ clusterId, topicIds, without }: CountedScope): Prisma.Sql => Prisma.sql`
  k AS MATERIALIZED (
    SELECT id, topic_id, fingerprint, origin_group, convention FROM dead_letter_kind t
    WHERE cluster_id = ${clusterId} AND topic_id = ANY(${[...topicIds]}::text[]) ${leftOut(Prisma.sql`t`, without)}
  ),
  start AS MATERIALIZED (
    SELECT topic_id, partition, log_start, dead_letter_chunk(log_start) AS chunk FROM index_cursor
    WHERE cluster_id = ${clusterId} AND topic_id = ANY(${[...topicIds]}::text[])
  ),
  loose AS MATERIALIZED (
    SELECT f.kind, f.minute, f.partition, f.n, f.closed
    FROM dead_letter_delta f JOIN k ON k.id = f.kind ${startOf(Prisma.sql`f`)} WHERE ${fromStart(Prisma.sql`f`)}
    UNION ALL
    SELECT k.id, dead_letter_minute_of(d.at), s.partition, -1, CASE WHEN x.disposition <> 'open' THEN -1 ELSE 0 END
    FROM start s
    CROSS JOIN LATERAL (
      SELECT d."offset", d.at, d.fingerprint, d.origin_group FROM dead_letter d
      WHERE d.cluster_id = ${clusterId} AND d.topic_id = s.topic_id AND d.partition = s.partition
        AND d."offset" >= s.chunk << 10 AND d."offset" < s.log_start LIMIT 1024
    ) d
    LEFT JOIN LATERAL (
      SELECT x.disposition FROM dead_letter_disposition x
      WHERE x.cluster_id = ${clusterId} AND x.topic_id = s.topic_id AND x.partition = s.partition AND x."offset" = d."offset" LIMIT 1
    ) x ON TRUE
    JOIN k ON k.topic_id = s.topic_id AND k.fingerprint = d.fingerprint AND k.origin_group = dead_letter_group(d.origin_group)
  ),
  hours AS MATERIALIZED (
    SELECT kind, hour, partition, sum(n) AS n, sum(closed) AS closed FROM (
      SELECT h.kind, h.hour, h.partition, h.n, h.closed
      FROM dead_letter_hour h JOIN k ON k.id = h.kind ${startOf(Prisma.sql`h`)} WHERE ${fromStart(Prisma.sql`h`)}
      UNION ALL SELECT kind, minute / 60, partition, n, closed FROM loose
    ) u GROUP BY 1, 2, 3 HAVING sum(n) > 0
  )`;

/** Goes on after `countedHours`: `minutes`, the counts by kind and minute in the hours that `span (topic_id, hour)` names. */
export const countedMinutes = Prisma.sql`
  minutes AS MATERIALIZED (
    SELECT kind, minute, sum(n) AS n, sum(closed) AS closed FROM (
      SELECT m.kind, m.minute, m.n, m.closed FROM span JOIN k ON k.topic_id = span.topic_id
      CROSS JOIN LATERAL (
        SELECT m.* FROM dead_letter_minute m
        WHERE m.kind = k.id AND m.minute >= span.hour * 60 AND m.minute < span.hour * 60 + 60 OFFSET 0
      ) m ${startOf(Prisma.sql`m`)} WHERE ${fromStart(Prisma.sql`m`)}
      UNION ALL
      SELECT l.kind, l.minute, l.n, l.closed FROM loose l JOIN k ON k.id = l.kind
      JOIN span ON span.topic_id = k.topic_id AND span.hour = l.minute / 60
    ) u GROUP BY 1, 2 HAVING sum(n) > 0
  )`;

/** The letters of the log, to count them. */
export const lettersInLog = Prisma.sql`
  FROM dead_letter d
  LEFT JOIN index_cursor c ON c.cluster_id = d.cluster_id AND c.topic_id = d.topic_id AND c.partition = d.partition
  WHERE ${inLog}`;

/**
 * The letters of a topic's log, to take the first of an order that an index has. Where the log starts is looked up once for all partitions and not
 * joined: of a join the planner may think that it leaves so few that sorting all of them is quicker, and rows that were trimmed may be many.
 */
export const lettersInOrder = (clusterId: string, topicId: Prisma.Sql): Prisma.Sql => {
  const cursors = Prisma.sql`index_cursor c WHERE c.cluster_id = ${clusterId} AND c.topic_id = ${topicId}`;
  return Prisma.sql`
    FROM dead_letter d WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId} AND d."offset" >= coalesce((
      SELECT array_agg((SELECT c.log_start FROM ${cursors} AND c.partition = g.partition) ORDER BY g.partition)
      FROM generate_series(0, (SELECT max(c.partition) FROM ${cursors})) AS g(partition)
    )[d.partition + 1], 0)`;
};
/** To add to `lettersInOrder`. */
export const openInOrder = Prisma.sql`coalesce((SELECT x.disposition FROM dead_letter_disposition x
  WHERE x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id AND x.partition = d.partition AND x."offset" = d."offset"), 'open') = 'open'`;

/** When the minute `minute` since the epoch begins. */
export const beginOfMinute = (minute: Prisma.Sql): Prisma.Sql => Prisma.sql`to_timestamp((${minute}) * 60)`;
/** When the hour `hour` since the epoch begins. */
export const beginOf = (hour: Prisma.Sql): Prisma.Sql => Prisma.sql`to_timestamp((${hour}) * 3600)`;

type Edge = { name: string; at: Date; hour: number; minute: number; until: Date };

function edgeOf(name: string, at: Date): Edge {
  const minute = Math.floor(at.getTime() / minuteMs);
  return {
    name,
    at,
    hour: Math.floor(minute / 60),
    minute,
    until: new Date((minute + 1) * minuteMs),
  };
}

/**
 * How many arrived since a few moments: of each, whole hours, then minutes, then the rows of the minute in which it lies. When that minute
 * holds more than 20,000 it counts whole: the window is then up to a minute longer.
 */
export function arrivedSince(moments: Readonly<Record<string, Date>>) {
  const edges = Object.entries(moments).map(([name, at]) => edgeOf(name, at));
  const column = (name: string, part: 'hours' | 'minutes' | 'edge') => Prisma.raw(`${name}_${part}`);
  return {
    /** Hours whose minutes are needed. */
    hours: [...new Set(edges.map((edge) => edge.hour))],
    /** To select while adding `hours` up. */
    ofHours: Prisma.join(
      edges.map(
        ({ name, hour }) =>
          Prisma.sql`coalesce(sum(n) FILTER (WHERE hour > ${hour}::bigint), 0) AS ${column(name, 'hours')}`,
      ),
    ),
    /** To select while adding `minutes` up. */
    ofMinutes: Prisma.join(
      edges.map(
        ({ name, hour, minute }) => Prisma.sql`
          sum(n) FILTER (WHERE minute > ${minute}::bigint AND minute / 60 = ${hour}::bigint) AS ${column(name, 'minutes')},
          sum(n) FILTER (WHERE minute = ${minute}::bigint) AS ${column(name, 'edge')}`,
      ),
    ),
    /** The finished numbers. @param which letters `d` they are about */
    numbers: (which: Prisma.Sql) =>
      Prisma.join(
        edges.map(({ name, at, until }) => {
          const edge = column(name, 'edge');
          return Prisma.sql`(${column(name, 'hours')} + coalesce(${column(name, 'minutes')}, 0) + CASE
            WHEN coalesce(${edge}, 0) = 0 THEN 0 WHEN ${edge} > ${edgeRowsMost} THEN ${edge} ELSE (
              SELECT count(*) ${lettersInLog} AND ${which} AND d.at >= ${at}::timestamptz AND d.at < ${until}::timestamptz
            ) END)::int AS ${Prisma.raw(name)}`;
        }),
      ),
  };
}
