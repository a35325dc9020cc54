import type pg from 'pg';
import { karafkaHeaders } from '../dead-letters/karafka.ts';
import { createDeadLetterWriter, type DeadLetter } from '../dead-letters/writer.ts';
import { createConsumerLoop } from '../kafka/consumer-loop.ts';
import { shareOf } from '../orders/fate.ts';
import { type Order, readOrder } from '../orders/order.ts';
import type { Service, ServiceDeps } from './service.ts';

const attempts = 3;
const modelledCurrencies = new Set(['EUR', 'USD', 'GBP']);

/** One row an order, however often it was delivered; the count shows how often that was. */
async function recordScores(pool: pg.Pool, orders: readonly Order[]): Promise<void> {
  if (orders.length === 0) return;
  const deliveries = new Map<string, number>();
  for (const { orderId } of orders) deliveries.set(orderId, (deliveries.get(orderId) ?? 0) + 1);
  await pool.query(
    `insert into demo_fraud.scores (order_id, score, deliveries)
     select * from unnest($1::text[], $2::numeric[], $3::int[])
     on conflict (order_id) do update
       set score = excluded.score, deliveries = scores.deliveries + excluded.deliveries, scored_at = now()`,
    [
      [...deliveries.keys()],
      [...deliveries.keys()].map((orderId) => shareOf('risk', orderId).toFixed(3)),
      [...deliveries.values()],
    ],
  );
}

/** Scores orders, at least once, into a sink that takes the same order any number of times. */
export function createFraud({ kafkaOf, pool, topology, faults }: ServiceDeps): Service {
  const { topics, groups } = topology;
  const loop = createConsumerLoop({
    kafkaOf,
    groupId: groups.fraud,
    topics: [topics.orders, topics.fraudRetry],
    members: 1,
    chunkRecords: 300,
    autoCommit: true,
    open: async () => {
      const writer = createDeadLetterWriter(kafkaOf(groups.fraud), topics.fraudDeadLetters);
      return {
        close: writer.close,
        async handle({ records }) {
          const scored: Order[] = [];
          const deadLetters: DeadLetter[] = [];
          for (const record of records) {
            const read = readOrder(record.value, { acceptBadRelease: !faults.contract });
            if (read.ok && modelledCurrencies.has(read.order.currency)) scored.push(read.order);
            else {
              const traceId = `${record.topic}-${record.partition}-${record.offset}`;
              deadLetters.push({ record, headers: karafkaHeaders(record, attempts, traceId) });
            }
          }
          await recordScores(pool, scored);
          await writer.write(deadLetters);
        },
      };
    },
  });
  return { start: loop.start, stop: loop.stop, settle: loop.settle };
}
