import type pg from 'pg';
import type { FailedRecord, Failure } from '../dead-letters/failure.ts';
import { springHeaders } from '../dead-letters/spring.ts';
import { createDeadLetterWriter } from '../dead-letters/writer.ts';
import { createConsumerLoop } from '../kafka/consumer-loop.ts';
import { type Order, readOrder } from '../orders/order.ts';
import { createBreaker } from './breaker.ts';
import { mapByKey } from './by-key.ts';
import {
  cardDeclined,
  contractViolation,
  listener,
  paymentTimeout,
  providerUnavailable,
} from './payment-failures.ts';
import type { Service, ServiceDeps } from './service.ts';

type Charged = { record: FailedRecord; order: Order; chargeId: string; chargedAt: string };
type Outcome =
  | { kind: 'charged'; charged: Charged }
  | { kind: 'failed'; record: FailedRecord; failure: Failure };

const chunkRecords = 64;
const concurrentCharges = 16;

/**
 * A row for each charge that the provider told of, by the provider's id of it: a redelivered record finds its row
 * there, while an order that was truly charged twice has two.
 */
async function recordCharges(pool: pg.Pool, charges: readonly Charged[]): Promise<void> {
  if (charges.length === 0) return;
  await pool.query(
    `insert into demo_payments.charges
       (charge_id, order_id, idempotency_key, amount, currency, charged_at, source_topic, source_partition, source_offset)
     select charge_id, order_id, order_id, amount, currency, charged_at, topic, partition, record_offset
     from unnest($1::text[], $2::text[], $3::numeric[], $4::text[], $5::timestamptz[], $6::text[], $7::int[], $8::bigint[])
       as told (charge_id, order_id, amount, currency, charged_at, topic, partition, record_offset)
     on conflict (charge_id) do nothing`,
    [
      charges.map(({ chargeId }) => chargeId),
      charges.map(({ order }) => order.orderId),
      charges.map(({ order }) => order.amount),
      charges.map(({ order }) => order.currency),
      charges.map(({ chargedAt }) => chargedAt),
      charges.map(({ record }) => record.topic),
      charges.map(({ record }) => record.partition),
      charges.map(({ record }) => record.offset),
    ],
  );
}

/**
 * Charges each order at the provider, with the order's id as idempotency key. Delivery is at least once: the sink is
 * written and dead letters are on disk before the offset moves.
 */
export function createPayments({ kafkaOf, pool, topology, provider, faults }: ServiceDeps): Service {
  const { topics, groups } = topology;
  const breaker = createBreaker({ slowTopic: topics.orders, chunkRecords });

  async function pay(record: FailedRecord): Promise<Outcome> {
    const failed = (failure: Failure): Outcome => ({ kind: 'failed', record, failure });
    const read = readOrder(record.value, { acceptBadRelease: !faults.contract });
    if (!read.ok) return failed(contractViolation(read.problem));
    const { order } = read;
    const { orderId, amount, currency } = order;
    const answer = await provider.charge({ orderId, amount, currency, cardToken: order.card.token });
    breaker.saw(answer.kind);
    switch (answer.kind) {
      case 'charged':
        return { kind: 'charged', charged: { record, order, ...answer } };
      case 'declined':
        return failed(cardDeclined(order, answer.reason));
      case 'unavailable':
        return failed(providerUnavailable(order));
      case 'timed_out':
        return failed(paymentTimeout(order));
    }
  }

  const loop = createConsumerLoop({
    kafkaOf,
    groupId: groups.payments,
    topics: [topics.orders, topics.paymentsRetry],
    members: 2,
    chunkRecords,
    autoCommit: true,
    admit: breaker.admit,
    open: async () => {
      const deadLetters = createDeadLetterWriter(kafkaOf(groups.payments), topics.paymentsDeadLetters);
      return {
        close: deadLetters.close,
        async handle({ records }) {
          const keyOf = ({ key, offset }: FailedRecord) => key?.toString('utf8') ?? offset;
          const outcomes = await mapByKey(records, keyOf, concurrentCharges, pay);
          await recordCharges(
            pool,
            outcomes.flatMap((outcome) => (outcome.kind === 'charged' ? [outcome.charged] : [])),
          );
          await deadLetters.write(
            outcomes.flatMap((outcome) =>
              outcome.kind === 'failed'
                ? [
                    {
                      record: outcome.record,
                      headers: springHeaders(outcome.record, outcome.failure, listener),
                    },
                  ]
                : [],
            ),
          );
        },
      };
    },
  });

  return {
    start: loop.start,
    stop: loop.stop,
    async settle() {
      await loop.settle();
      breaker.reset();
      loop.release();
    },
  };
}
