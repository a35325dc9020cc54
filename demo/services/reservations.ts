import { createConsumerLoop } from '../kafka/consumer-loop.ts';
import type { Service, ServiceDeps } from './service.ts';

type Reservation = { orderId: string; sku: string; quantity: number; at: string };

/**
 * Writes the reservations down in Postgres by their coordinate in the topic: a redelivery finds its row, a record
 * that was truly written twice has two.
 */
export function createReservations({ kafkaOf, pool, topology }: ServiceDeps): Service {
  const loop = createConsumerLoop({
    kafkaOf,
    groupId: topology.groups.reservations,
    topics: [topology.topics.reservations],
    members: 1,
    chunkRecords: 500,
    autoCommit: true,
    open: async () => ({
      close: async () => undefined,
      async handle({ topic, partition, records }) {
        const rows = records.flatMap(({ offset, value }) =>
          value === null ? [] : [{ offset, ...(JSON.parse(value.toString('utf8')) as Reservation) }],
        );
        await pool.query(
          `insert into demo_inventory.reservations
             (topic, partition, record_offset, order_id, sku, quantity, reserved_at)
           select $1, $2, record_offset, order_id, sku, quantity, to_timestamp(at / 1000.0)
           from unnest($3::bigint[], $4::text[], $5::text[], $6::int[], $7::bigint[])
             as read (record_offset, order_id, sku, quantity, at)
           on conflict do nothing`,
          [
            topic,
            partition,
            rows.map(({ offset }) => offset),
            rows.map(({ orderId }) => orderId),
            rows.map(({ sku }) => sku),
            rows.map(({ quantity }) => quantity),
            rows.map(({ at }) => at),
          ],
        );
      },
    }),
  });
  return { start: loop.start, stop: loop.stop, settle: loop.settle };
}
