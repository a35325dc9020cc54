import { Prisma } from '#generated/prisma/client.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import { type GroupRow, type ListedGroup, listedGroup } from './lag-group-row.ts';
import type { PrismaScope } from './prisma.ts';

export type GroupFilter = {
  q?: string | undefined;
  type?: string | undefined;
  state?: string | undefined;
  status?: string | undefined;
  flow?: string | undefined;
  /** Only groups of these flows; null for all groups. */
  flows: readonly string[] | null;
};
export type GroupSort = 'lag' | 'timeLag' | 'name' | 'status';
/** Where a page ended: the values that it is sorted by, and the group, so that groups that come and go shift nothing. */
export type GroupPosition = { first: number; second: number; groupId: string };
export type GroupPage = { groups: ListedGroup[]; next: GroupPosition | null };

/** Of a group's data what its own page alone shows: there may be hundreds of members. */
const notListed = ['memberList', 'blocking', 'internalTopics'];
/** Bytes up to which it costs less to hand the data over than to take that out. */
const smallData = 2_000;
const rank = Prisma.sql`CASE status ${Prisma.join(
  lagStatuses.map((status, at) => Prisma.sql`WHEN ${status} THEN ${at}::float8`),
  ' ',
)} END`;
const unknownLast = (value: Prisma.Sql, descending: boolean) =>
  descending ? Prisma.sql`coalesce(${value}, -1)` : Prisma.sql`coalesce(${value}, 1e300::float8)`;

function sortKeys(sort: GroupSort, descending: boolean): [Prisma.Sql, Prisma.Sql] {
  const none = Prisma.sql`0::float8`;
  const lag = Prisma.sql`lag_records::float8`;
  switch (sort) {
    case 'lag':
      return [unknownLast(lag, descending), none];
    case 'timeLag':
      // The longest wait is the earliest since when.
      return [
        descending
          ? Prisma.sql`coalesce(-unread_since_ms, -1e300::float8)`
          : Prisma.sql`coalesce(-unread_since_ms, 1e300::float8)`,
        none,
      ];
    case 'name':
      return [none, none];
    case 'status':
      // Among equals the most lag first: that is where to look.
      return [
        rank,
        descending
          ? Prisma.sql`coalesce(lag_records, -1)::float8`
          : Prisma.sql`-coalesce(lag_records, -1)::float8`,
      ];
  }
}

const contains = (text: string) => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

function where(cluster: string, filter: GroupFilter): Prisma.Sql {
  const { q, type, state, status, flow, flows } = filter;
  return Prisma.join(
    [
      Prisma.sql`cluster = ${cluster}`,
      ...(q ? [Prisma.sql`group_id ILIKE ${contains(q)}`] : []),
      ...(type ? [Prisma.sql`type = ${type}`] : []),
      ...(state ? [Prisma.sql`lower(state) = lower(${state})`] : []),
      ...(status ? [Prisma.sql`status = ${status}`] : []),
      ...(flow ? [Prisma.sql`flow = ${flow}`] : []),
      ...(flows ? [Prisma.sql`flow = ANY(${[...flows]})`] : []),
    ],
    ' AND ',
  );
}

/** Groups of one cluster, filtered and sorted by the database, page by page. */
export const createLagGroupsPageStore = (db: PrismaScope) => ({
  async groups(
    cluster: string,
    options: {
      filter: GroupFilter;
      sort: GroupSort;
      descending: boolean;
      limit: number;
      after: GroupPosition | null;
    },
  ): Promise<GroupPage> {
    const { filter, sort, descending, limit, after } = options;
    const [first, second] = sortKeys(sort, descending);
    const direction = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    const beyond = after
      ? Prisma.sql`WHERE (first, second, id) ${descending ? Prisma.sql`<` : Prisma.sql`>`} (${after.first}::float8, ${after.second}::float8, ${after.groupId} COLLATE "C")`
      : Prisma.empty;
    const rows = await db.$queryRaw<(GroupRow & { first: number; second: number; id: string })[]>`
      SELECT first, second, id, cluster, group_id AS "groupId", type, state, flow, topics,
        CASE WHEN pg_column_size(data) < ${smallData} THEN data ELSE data - ${notListed}::text[] END AS data,
        greatest(as_of, (SELECT as_of FROM cluster_snapshot WHERE cluster = ${cluster})) AS "asOf"
      FROM (
        SELECT * FROM (
          SELECT ${first} AS first, ${second} AS second, group_id COLLATE "C" AS id, cluster, group_id, type, state, flow, topics, data, as_of
          FROM group_snapshot WHERE ${where(cluster, filter)}
        ) g ${beyond}
        ORDER BY first ${direction}, second ${direction}, id ${direction}
        LIMIT ${limit + 1}
      ) page
      ORDER BY first ${direction}, second ${direction}, id ${direction}`;
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      groups: shown.map(listedGroup),
      next: rows.length > limit && last ? { first: last.first, second: last.second, groupId: last.id } : null,
    };
  },
});
export type LagGroupsPageStore = ReturnType<typeof createLagGroupsPageStore>;
