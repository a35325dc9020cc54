import { Prisma } from '#generated/prisma/client.ts';
import type { GroupEvent, GroupEventKind } from '#lib/domain/lag/group-sight.ts';
import type { PrismaScope } from './prisma.ts';
import type { RawScope } from './raw-scope.ts';

export type StoredGroupEvent = {
  id: bigint;
  cluster: string;
  groupId: string;
  at: Date;
  kind: GroupEventKind;
  text: string;
  count: number;
};
/** A cluster and the groups of it that may be seen; null for all of them. */
export type EventScope = { cluster: string; groupIds: readonly string[] | null };
export type EventRange = {
  from?: Date | undefined;
  to?: Date | undefined;
  kind?: GroupEventKind | undefined;
};
/** Where a page ended. */
export type EventPosition = { at: Date; id: bigint };

const hourMs = 3_600_000;
/** Lines of one kind that a group may have in an hour; what comes beyond is counted in its last line, so that a storm floods nothing. */
const linesPerHour = 60;
const keepMs = 30 * 24 * hourMs;

const noNul = (text: string) => text.replaceAll('\0', '\ufffd');

/** Writes what happened to groups. */
export const createGroupEventWrites = (db: RawScope) => ({
  async append(cluster: string, events: readonly GroupEvent[]): Promise<void> {
    const newest = events.reduce((latest, each) => Math.max(latest, each.atMs), 0);
    if (events.length === 0) return;
    const groupIds = [...new Set(events.map((each) => each.groupId))];
    const known = await db.$queryRaw<{ groupId: string; kind: string; lines: number; last: string }[]>`
      SELECT group_id AS "groupId", kind, count(*)::int AS lines, max(id)::text AS last FROM group_event
      WHERE cluster = ${cluster} AND group_id = ANY(${groupIds}) AND at > ${new Date(newest - hourMs)}
      GROUP BY group_id, kind`;
    const keyOf = (of: { groupId: string; kind: string }) => JSON.stringify([of.groupId, of.kind]);
    const lines = new Map(known.map((each) => [keyOf(each), each]));
    const added = new Map<string, number>();
    const inserts: GroupEvent[] = [];
    const folds: string[] = [];
    for (const event of events) {
      const key = keyOf(event);
      const there = lines.get(key);
      const before = (there?.lines ?? 0) + (added.get(key) ?? 0);
      if (before < linesPerHour) {
        inserts.push(event);
        added.set(key, (added.get(key) ?? 0) + 1);
      } else if (there) folds.push(there.last);
    }
    if (inserts.length > 0)
      await db.$executeRaw`
        INSERT INTO group_event (cluster, group_id, at, kind, text)
        SELECT ${cluster}, g.group_id, g.at, g.kind, g.text
        FROM unnest(${inserts.map((each) => each.groupId)}::text[], ${inserts.map((each) => new Date(each.atMs))}::timestamptz[],
          ${inserts.map((each) => each.kind)}::text[], ${inserts.map((each) => noNul(each.text))}::text[]) WITH ORDINALITY AS
          g(group_id, at, kind, text, place) ORDER BY g.place`;
    for (const id of folds)
      await db.$executeRaw`UPDATE group_event SET count = count + 1 WHERE id = ${id}::bigint`;
  },

  /** Answers how many were too old. */
  async prune(cluster: string, now: Date): Promise<number> {
    return db.$executeRaw`
      DELETE FROM group_event WHERE cluster = ${cluster} AND at < ${new Date(now.getTime() - keepMs)}`;
  },
});

/** What happened to groups. Rebalances are counted from here. */
export const createGroupEventStore = (db: PrismaScope) => ({
  ...createGroupEventWrites(db),

  /** Newest first, of all these scopes. */
  async list(
    scopes: readonly EventScope[],
    { from, to, kind }: EventRange,
    page: { limit: number; after: EventPosition | null },
  ): Promise<StoredGroupEvent[]> {
    if (scopes.length === 0) return [];
    const { after } = page;
    const within = scopes.map(({ cluster, groupIds }) =>
      groupIds === null
        ? Prisma.sql`cluster = ${cluster}`
        : Prisma.sql`(cluster = ${cluster} AND group_id = ANY(${[...groupIds]}))`,
    );
    const where = [
      Prisma.sql`(${Prisma.join(within, ' OR ')})`,
      ...(from ? [Prisma.sql`at >= ${from}`] : []),
      ...(to ? [Prisma.sql`at < ${to}`] : []),
      ...(kind ? [Prisma.sql`kind = ${kind}`] : []),
      ...(after ? [Prisma.sql`(at, id) < (${after.at}, ${after.id})`] : []),
    ];
    return db.$queryRaw<StoredGroupEvent[]>`
      SELECT id, cluster, group_id AS "groupId", at, kind, text, count FROM group_event
      WHERE ${Prisma.join(where, ' AND ')} ORDER BY at DESC, id DESC LIMIT ${page.limit}`;
  },

  /** Rebalances since then by group; a group without any is left out. @param groupIds null for all of the cluster */
  async rebalances(
    cluster: string,
    groupIds: readonly string[] | null,
    since: Date,
  ): Promise<Map<string, number>> {
    const only = groupIds === null ? Prisma.empty : Prisma.sql`AND group_id = ANY(${[...groupIds]})`;
    const rows = await db.$queryRaw<{ groupId: string; count: number }[]>`
      SELECT group_id AS "groupId", sum(count)::int AS count FROM group_event
      WHERE cluster = ${cluster} AND at > ${since} AND kind = 'rebalanced' ${only} GROUP BY group_id`;
    return new Map(rows.map((row) => [row.groupId, row.count]));
  },
});
