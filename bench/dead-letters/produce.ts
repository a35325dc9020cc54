import { createTopics, testProducer } from '#fixtures/kafka.ts';
import { int32, int64 } from '#lib/domain/dead-letters/testing/records.ts';

/** Seven failures, each with what varies from record to record. */
const kinds: readonly { fqcn: string; message: (n: number) => string; frame: string }[] = [
  {
    fqcn: 'com.shop.CardDeclined',
    message: (n) => `card of order ${n} declined by issuer ${n % 97}`,
    frame: 'Cards.charge',
  },
  {
    fqcn: 'java.net.SocketTimeoutException',
    message: (n) => `Read timed out after ${n % 30_000} ms`,
    frame: 'Provider.call',
  },
  {
    fqcn: 'com.shop.ProviderUnavailable',
    message: (n) => `provider answered 503 for request r-${n}`,
    frame: 'Provider.call',
  },
  {
    fqcn: 'java.lang.NullPointerException',
    message: () => 'Cannot invoke "Order.total()" because "order" is null',
    frame: 'Totals.add',
  },
  {
    fqcn: 'org.postgresql.util.PSQLException',
    message: (n) =>
      `ERROR: duplicate key value violates unique constraint "orders_pkey" Detail: Key (id)=(${n}) already exists.`,
    frame: 'Orders.insert',
  },
  {
    fqcn: 'com.shop.OutOfStock',
    message: (n) => `SKU-${n % 5_000} is out of stock in warehouse ${n % 12}`,
    frame: 'Stock.take',
  },
  {
    fqcn: 'com.shop.AddressInvalid',
    message: (n) => `address of customer c-${n % 100_000} has no postal code`,
    frame: 'Addresses.check',
  },
];

const perSend = 5_000;

/** Dead letters as Spring Kafka writes them, over a few partitions, in batches of an idempotent producer. */
export async function produceDeadLetters(topic: string, records: number, partitions: number): Promise<void> {
  await createTopics([{ topic, partitions, configs: { 'retention.ms': '-1' } }]);
  const producer = testProducer();
  await producer.connect();
  const value = Buffer.alloc(500, 'x');
  for (let from = 0; from < records; from += perSend) {
    const messages = Array.from({ length: Math.min(perSend, records - from) }, (_, at) => {
      const n = from + at;
      const kind = kinds[n % kinds.length];
      if (!kind) throw new Error('There are kinds.');
      return {
        partition: n % partitions,
        key: `customer-${n % 100_000}`,
        value,
        headers: {
          'kafka_dlt-original-topic': 'bench.orders',
          'kafka_dlt-original-partition': int32(n % 12),
          'kafka_dlt-original-offset': int64(n),
          'kafka_dlt-original-timestamp': int64(1_790_000_000_000 + n),
          'kafka_dlt-original-consumer-group': 'orders-service',
          'kafka_dlt-exception-fqcn': 'org.springframework.kafka.listener.ListenerExecutionFailedException',
          'kafka_dlt-exception-cause-fqcn': kind.fqcn,
          'kafka_dlt-exception-message': `Listener failed; ${kind.message(n)}`,
          'kafka_dlt-exception-stacktrace': `${kind.fqcn}: ${kind.message(n)}\n\tat com.shop.${kind.frame}(Shop.java:${n % 90})\n\tat java.base/java.lang.Thread.run(Thread.java:840)`,
        },
      };
    });
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}
