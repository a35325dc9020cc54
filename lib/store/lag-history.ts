import { Prisma } from '#generated/prisma/client.ts';
import { type BodyValue, unpackBody, worseBody, worseValue } from './lag-history-body.ts';
import { createLagHistoryWrites, type SampleRow, sampleTables } from './lag-history-writes.ts';
import type { PrismaScope } from './prisma.ts';

export type LagPoint = { at: Date; lagRecords: bigint | null; lagMs: number | null };
export type LagSeries = { topic: string | null; partition: number | null; points: LagPoint[] };

export type StoredSample = Omit<SampleRow, 'body' | 'lagMs'> & {
  at: Date;
  lagMs: bigint | null;
  body: Uint8Array;
};
const minuteMs = 60_000;

export type HistoryRange = { from: Date; to: Date; stepMs: number };

/**
 * Lag over time: every 10 s for a day, the worst of each minute for 30. Where nothing was measured there is no row, and so a gap. A group's partitions
 * are one packed body a sample; which partition stands where in it is the group's layout, kept apart.
 */
export const createLagHistoryStore = (db: PrismaScope) => ({
  ...createLagHistoryWrites(db),

  /** Makes the partitions that samples of this moment and the next hour go into. */
  async makePartitions(at: Date): Promise<void> {
    await db.$executeRaw`SELECT lag_make_partitions(${at})`;
  },

  /** Drops what is past its time: 10 s samples after a day, minutes after 30. Answers how many partitions went. */
  async dropExpired(): Promise<number> {
    const [row] = await db.$queryRaw<{ dropped: number }[]>`SELECT lag_drop_partitions() AS dropped`;
    return row?.dropped ?? 0;
  },

  /** Minutes before this one are rolled up; null before the first. */
  rolledTo: (cluster: string): Promise<Date | null> => readRolledTo(db, cluster),

  async saveRolledTo(cluster: string, rolledTo: Date): Promise<void> {
    await db.$executeRaw`
      INSERT INTO lag_rollup (cluster, rolled_to) VALUES (${cluster}, ${rolledTo})
      ON CONFLICT (cluster) DO UPDATE SET rolled_to = greatest(lag_rollup.rolled_to, EXCLUDED.rolled_to)`;
  },

  /** The first 10 s sample of the cluster at or after a moment; null for none. */
  async firstSampleAt(cluster: string, from: Date): Promise<Date | null> {
    const [row] = await db.$queryRaw<{ at: Date | null }[]>`
      SELECT min(at) AS at FROM lag_sample_10s JOIN lag_layout ON id = layout WHERE cluster = ${cluster} AND at >= ${from}`;
    return row?.at ?? null;
  },

  /** 10 s samples of a cluster within [from, to), for rolling up: layouts past `after`, a page at a time. */
  async samples(
    cluster: string,
    range: { from: Date; to: Date },
    page: { after: number; layouts: number },
  ): Promise<StoredSample[]> {
    return db.$queryRaw<StoredSample[]>`
      SELECT s.layout, s.at, s.lag_records AS "lagRecords", s.lag_ms AS "lagMs", s.body
      FROM lag_sample_10s s
      JOIN (SELECT id FROM lag_layout WHERE cluster = ${cluster} AND id > ${page.after} AND used_at >= ${range.from}::timestamptz - interval '2 days'
        ORDER BY id LIMIT ${page.layouts}) l ON l.id = s.layout
      WHERE s.at >= ${range.from} AND s.at < ${range.to} ORDER BY s.layout, s.at`;
  },

  /** Layouts of the cluster that may have samples since, past `after`: how far a page of `samples` reached. */
  async layoutAfter(cluster: string, since: Date, after: number, layouts: number): Promise<number | null> {
    const [row] = await db.$queryRaw<{ id: number | null }[]>`
      SELECT max(id) AS id FROM (SELECT id FROM lag_layout WHERE cluster = ${cluster} AND id > ${after}
        AND used_at >= ${since}::timestamptz - interval '2 days' ORDER BY id LIMIT ${layouts}) l`;
    return row?.id ?? null;
  },

  /** Totals of many groups, the worst of each step; steps without a sample are left out. @param rolledTo if it was asked for before */
  async totals(
    cluster: string,
    groupIds: readonly string[],
    range: HistoryRange,
    rolledTo?: Date | null,
  ): Promise<Map<string, LagPoint[]>> {
    const { from, stepMs } = range;
    const pieces = piecesOf(range, rolledTo === undefined ? await readRolledTo(db, cluster) : rolledTo);
    // The worst of each step is found where the samples are, and a layout's steps come as one text: handed over value by value, an hour of a
    // list's groups takes longer than to find.
    const rows = await db.$queryRaw<TotalsRow[]>`
      SELECT l.group_id AS "groupId", s.steps FROM lag_layout l CROSS JOIN LATERAL (
        SELECT string_agg(concat_ws(' ', round(extract(epoch FROM step - ${from}::timestamptz) * 1000 / ${stepMs}),
          coalesce(lag_records::text, '-'), coalesce(lag_ms::text, '-')), ',') AS steps FROM (
          SELECT date_bin(${stepMs}::int * interval '1 millisecond', at, ${from}::timestamptz) AS step,
            max(lag_records) AS lag_records, max(lag_ms) AS lag_ms
          FROM (${Prisma.join(
            pieces.map(
              ({ table, from, to }) => Prisma.sql`
                SELECT at, lag_records, lag_ms FROM ${table} WHERE layout = l.id AND at >= ${from} AND at < ${to}`,
            ),
            ' UNION ALL ',
          )}) samples GROUP BY step
        ) worst
      ) s
      WHERE l.cluster = ${cluster} AND l.group_id = ANY(${[...groupIds]}) AND s.steps IS NOT NULL`;
    return totalsOf(rows, range);
  },

  /** The total and every partition of a group, or of one topic of it alone; the worst of each step. */
  async series(
    cluster: string,
    groupId: string,
    range: HistoryRange & { topic?: string | undefined },
  ): Promise<LagSeries[]> {
    const pieces = piecesOf(range, await readRolledTo(db, cluster));
    const layouts = await db.lagLayout.findMany({
      where: { cluster, groupId },
      select: { id: true, places: true },
    });
    if (layouts.length === 0) return [];
    const rows = await db.$queryRaw<StoredSample[]>`
      SELECT layout, at, lag_records AS "lagRecords", lag_ms AS "lagMs", body FROM (${Prisma.join(
        pieces.map(
          ({ table, from, to }) => Prisma.sql`
            SELECT * FROM ${table} WHERE layout = ANY(${layouts.map((each) => each.id)}) AND at >= ${from} AND at < ${to}`,
        ),
        ' UNION ALL ',
      )}) s ORDER BY at`;
    const placesOf = new Map(layouts.map(({ id, places }) => [id, places as [string, number][]]));
    return foldSeries(rows, placesOf, range);
  },
});
export type LagHistoryStore = ReturnType<typeof createLagHistoryStore>;

async function readRolledTo(db: PrismaScope, cluster: string): Promise<Date | null> {
  const row = await db.lagRollup.findUnique({ where: { cluster } });
  return row?.rolledTo ?? null;
}

type Piece = { table: Prisma.Sql; from: Date; to: Date };

/** Where to read a range: steps of a minute or more from the minutes as far as they are rolled up, the rest from the 10 s samples. */
function piecesOf(range: HistoryRange, rolledTo: Date | null): Piece[] {
  const { from, to } = range;
  if (!rolledTo || range.stepMs < minuteMs || rolledTo <= from)
    return [{ table: sampleTables['10s'], from, to }];
  if (rolledTo >= to) return [{ table: sampleTables['1m'], from, to }];
  return [
    { table: sampleTables['1m'], from, to: rolledTo },
    { table: sampleTables['10s'], from: rolledTo, to },
  ];
}

/** `steps`: `<step from the range's beginning> <records, or -> <milliseconds, or ->`, with commas between them and in no order. */
type TotalsRow = { groupId: string; steps: string };

/** A group whose partitions changed has several rows, and may have one step in two of them. */
function totalsOf(rows: readonly TotalsRow[], { from, stepMs }: HistoryRange): Map<string, LagPoint[]> {
  const worst = new Map<string, Map<number, BodyValue>>();
  for (const { groupId, steps } of rows) {
    const ofGroup = worst.get(groupId) ?? new Map<number, BodyValue>();
    worst.set(groupId, ofGroup);
    for (const each of steps.split(',')) {
      const [step = '', records = '-', ms = '-'] = each.split(' ');
      const value = {
        lagRecords: records === '-' ? null : BigInt(records),
        lagMs: ms === '-' ? null : Number(ms),
      };
      const known = ofGroup.get(Number(step));
      ofGroup.set(Number(step), known ? worseValue(known, value) : value);
    }
  }
  const pointsOf = (ofGroup: ReadonlyMap<number, BodyValue>): LagPoint[] =>
    [...ofGroup]
      .sort(([a], [b]) => a - b)
      .map(([step, value]) => ({ at: new Date(from.getTime() + step * stepMs), ...value }));
  return new Map([...worst].map(([groupId, ofGroup]) => [groupId, pointsOf(ofGroup)]));
}

type Step = { at: Date; layout: number; total: BodyValue; values: BodyValue[] };

/** Samples of the same layout in the same step, as their worst; in the order of time. */
function* stepsOf(rows: readonly StoredSample[], { from, stepMs }: HistoryRange): Iterable<Step> {
  const fromMs = from.getTime();
  let open = null as Step | null;
  for (const { layout, at, lagRecords, lagMs, body } of rows) {
    const value = { lagRecords, lagMs: lagMs === null ? null : Number(lagMs) };
    const binned = new Date(fromMs + Math.floor((at.getTime() - fromMs) / stepMs) * stepMs);
    if (open?.layout === layout && open.at.getTime() === binned.getTime()) {
      open.total = worseValue(open.total, value);
      open.values = worseBody(open.values, unpackBody(body));
      continue;
    }
    if (open) yield open;
    open = { at: binned, layout, total: value, values: unpackBody(body) };
  }
  if (open) yield open;
}

function foldSeries(
  rows: readonly StoredSample[],
  placesOf: ReadonlyMap<number, readonly [string, number][]>,
  range: HistoryRange & { topic?: string | undefined },
): LagSeries[] {
  const { topic } = range;
  const total: LagSeries = { topic: null, partition: null, points: [] };
  const partitions = new Map<string, LagSeries>();
  for (const step of stepsOf(rows, range)) {
    if (topic === undefined) addWorst(total.points, step.at, step.total);
    for (const [index, [of, partition]] of (placesOf.get(step.layout) ?? []).entries()) {
      const value = step.values[index];
      if (!value || value.lagRecords === null || (topic !== undefined && of !== topic)) continue;
      const key = `${partition}/${of}`;
      const series = partitions.get(key) ?? { topic: of, partition, points: [] };
      partitions.set(key, series);
      addWorst(series.points, step.at, value);
    }
  }
  const ordered = [...partitions.values()].sort(
    (a, b) => (a.topic ?? '').localeCompare(b.topic ?? '') || (a.partition ?? 0) - (b.partition ?? 0),
  );
  return total.points.length > 0 ? [total, ...ordered] : ordered;
}

/** A layout that changed within a step gives two values for it: one point, the worse. */
function addWorst(points: LagPoint[], at: Date, value: BodyValue): void {
  const last = points.at(-1);
  if (last?.at.getTime() !== at.getTime()) points.push({ at, ...value });
  else points[points.length - 1] = { at, ...worseValue(last, value) };
}
