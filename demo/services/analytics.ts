import type pg from 'pg';
import { springCloudStreamHeaders } from '../dead-letters/spring-cloud-stream.ts';
import { createDeadLetterWriter, type DeadLetter, type DeadLetterWriter } from '../dead-letters/writer.ts';
import { type Chunk, createConsumerLoop } from '../kafka/consumer-loop.ts';
import { log } from '../log.ts';
import { readOrder } from '../orders/order.ts';
import type { Service, ServiceDeps } from './service.ts';

const windowMs = 60_000;
const graceMs = 600_000;

export type Window = { startMs: number; region: string; orders: number; revenue: number };

/** Pure: counts a chunk into windows of event time. A record that comes after its window's grace is late, for good. */
export function countWindows(
  { records }: Pick<Chunk, 'records'>,
  acceptBadRelease: boolean,
): { windows: Window[]; deadLetters: DeadLetter[] } {
  const windows = new Map<string, Window>();
  const deadLetters: DeadLetter[] = [];
  for (const record of records) {
    const failed = (exceptionClass: string, message: string, frame: string) =>
      deadLetters.push({
        record,
        headers: springCloudStreamHeaders(record, {
          exceptionClass: `com.example.analytics.${exceptionClass}`,
          message,
          frames: [frame, 'com.example.analytics.RevenueByRegion.accept(RevenueByRegion.java:36)'],
        }),
      });
    const read = readOrder(record.value, { acceptBadRelease });
    if (!read.ok) {
      failed(
        'OrderSchemaException',
        read.problem,
        'com.example.analytics.OrderReader.read(OrderReader.java:22)',
      );
      continue;
    }
    const { orderId, placedAt, region, amount } = read.order;
    const placedMs = Date.parse(placedAt);
    const startMs = Math.floor(placedMs / windowMs) * windowMs;
    const lateByMs = Number(record.timestamp) - (startMs + windowMs + graceMs);
    if (Number.isNaN(startMs) || lateByMs > 0) {
      failed(
        'LateEventException',
        `order ${orderId} placed at ${placedAt} came ${Math.round(lateByMs / 1000)} s after its window was closed`,
        'com.example.analytics.Windows.windowOf(Windows.java:64)',
      );
      continue;
    }
    const name = `${startMs} ${region}`;
    const window = windows.get(name) ?? { startMs, region, orders: 0, revenue: 0 };
    windows.set(name, { ...window, orders: window.orders + 1, revenue: window.revenue + amount });
  }
  // Always in the same order, so that two partitions never wait for each other's rows.
  const ordered = [...windows.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, window]) => window);
  return { windows: ordered, deadLetters };
}

/** The first offset that the sink has not counted yet; null when it has counted nothing, or the topic is a new one. */
async function nextOffset(client: pg.PoolClient, chunk: Chunk): Promise<bigint | null> {
  const { rows } = await client.query<{ next_offset: string }>(
    'select next_offset from demo_analytics.progress where topic = $1 and partition = $2 for update',
    [chunk.topic, chunk.partition],
  );
  const next = rows[0] ? BigInt(rows[0].next_offset) : null;
  if (next === null || next <= chunk.highWatermark) return next;
  log('analytics-service', `${chunk.topic}-${chunk.partition} is shorter than counted: taken as a new topic`);
  return null;
}

async function countOnce(
  pool: pg.Pool,
  writer: DeadLetterWriter,
  chunk: Chunk,
  acceptBadRelease: boolean,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const next = await nextOffset(client, chunk);
    const records = chunk.records.filter(({ offset }) => next === null || BigInt(offset) >= next);
    const { windows, deadLetters } = countWindows({ records }, acceptBadRelease);
    await client.query(
      `insert into demo_analytics.windows (window_start, region, orders, revenue)
       select to_timestamp(start_ms / 1000.0), region, orders, revenue
       from unnest($1::bigint[], $2::text[], $3::bigint[], $4::numeric[]) as counted (start_ms, region, orders, revenue)
       on conflict (window_start, region)
       do update set orders = windows.orders + excluded.orders, revenue = windows.revenue + excluded.revenue`,
      [
        windows.map(({ startMs }) => startMs),
        windows.map(({ region }) => region),
        windows.map(({ orders }) => orders),
        windows.map(({ revenue }) => revenue.toFixed(2)),
      ],
    );
    await client.query(
      `insert into demo_analytics.progress (topic, partition, next_offset) values ($1, $2, $3)
       on conflict (topic, partition) do update set next_offset = excluded.next_offset`,
      [chunk.topic, chunk.partition, String(BigInt(chunk.records.at(-1)?.offset ?? '-1') + 1n)],
    );
    await writer.write(deadLetters); // before the commit: a crash between the two repeats them, none is lost
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // the connection may be what failed
    throw error;
  } finally {
    client.release();
  }
}

/** Revenue by minute of event time. The sink keeps its own offsets beside the counts, so each record counts once. */
export function createAnalytics({ kafkaOf, pool, topology, faults }: ServiceDeps): Service {
  const { topics, groups } = topology;
  const loop = createConsumerLoop({
    kafkaOf,
    groupId: groups.analytics,
    topics: [topics.orders],
    members: 1,
    chunkRecords: 300,
    autoCommit: true,
    open: async () => {
      const writer = createDeadLetterWriter(kafkaOf(groups.analytics), topics.analyticsDeadLetters);
      return {
        close: writer.close,
        handle: (chunk) => countOnce(pool, writer, chunk, !faults.contract),
      };
    },
  });
  return { start: loop.start, stop: loop.stop, settle: loop.settle };
}
