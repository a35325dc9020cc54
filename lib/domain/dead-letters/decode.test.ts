import { describe, expect, it } from 'vitest';
import { decodeDeadLetter } from './decode.ts';
import { type HeaderInput, int32, int64, record } from './testing/records.ts';

const wrapper = 'org.springframework.kafka.listener.ListenerExecutionFailedException';
const springOriginal = (topic: string, partition: number, offset: number, group = 'svc'): HeaderInput[] => [
  ['kafka_dlt-original-topic', topic],
  ['kafka_dlt-original-partition', int32(partition)],
  ['kafka_dlt-original-offset', int64(offset)],
  ['kafka_dlt-original-timestamp', int64(1_700_000_000_123)],
  ['kafka_dlt-original-timestamp-type', 'CreateTime'],
  ['kafka_dlt-original-consumer-group', group],
];
const springException: HeaderInput[] = [
  ['kafka_dlt-exception-fqcn', wrapper],
  ['kafka_dlt-exception-cause-fqcn', 'com.shop.OutOfStock'],
  [
    'kafka_dlt-exception-message',
    "Listener method 'public void com.shop.L.on(java.lang.String)' threw exception; none left",
  ],
  [
    'kafka_dlt-exception-stacktrace',
    `${wrapper}: x\n\tat com.shop.L.on(L.java:7)\nCaused by: com.shop.OutOfStock: none left\n\tat com.shop.Stock.take(Stock.java:12)\n`,
  ],
];
const connect = (
  topic: string,
  partition: number,
  offset: number,
  message: string | null = 'bad json',
): HeaderInput[] => [
  ['__connect.errors.topic', topic],
  ['__connect.errors.partition', String(partition)],
  ['__connect.errors.offset', String(offset)],
  ['__connect.errors.connector.name', 'sink'],
  ['__connect.errors.stage', 'VALUE_CONVERTER'],
  ['__connect.errors.class.name', 'org.apache.kafka.connect.json.JsonConverter'],
  ['__connect.errors.task.id', '0'],
  ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
  ['__connect.errors.exception.message', message],
  [
    '__connect.errors.exception.stacktrace',
    'org.apache.kafka.connect.errors.DataException: bad json\n\tat org.apache.kafka.connect.json.JsonConverter.toConnectData(JsonConverter.java:1)\n',
  ],
];
const smallrye = (topic: string, offset: number, cause = true): HeaderInput[] => [
  ['dead-letter-exception-class-name', 'com.shop.Refused'],
  ['dead-letter-reason', `refused at ${topic}`],
  ...(cause
    ? ([
        ['dead-letter-cause-class-name', 'com.shop.Deeper'],
        ['dead-letter-cause', 'deeper'],
      ] as HeaderInput[])
    : []),
  ['dead-letter-topic', topic],
  ['dead-letter-partition', '2'],
  ['dead-letter-offset', String(offset)],
];
const decode = (inputs: readonly HeaderInput[]) => decodeDeadLetter(record(inputs));

describe('decodeDeadLetter: one hop of each convention', () => {
  it('Spring Kafka: binary numbers, wrapper peeled off', () => {
    expect(decode([...springOriginal('orders', 1, 42), ...springException])).toMatchObject({
      convention: 'spring-kafka',
      origin: { topic: 'orders', partition: 1, offset: 42n, atMs: 1_700_000_000_123, group: 'svc' },
      originProvenance: 'int64 big-endian, Spring Kafka',
      lastHop: null,
      exceptionClass: 'com.shop.OutOfStock',
      exceptionMessage: 'none left',
      exceptionChain: [wrapper, 'com.shop.OutOfStock'],
    });
  });

  it('Spring Kafka: a key that does not deserialize has key headers only', () => {
    const decoded = decode([
      ...springOriginal('orders', 0, 7),
      [
        'kafka_dlt-key-exception-fqcn',
        'org.springframework.kafka.support.serializer.DeserializationException',
      ],
      [
        'kafka_dlt-exception-cause-fqcn',
        'org.springframework.kafka.support.serializer.DeserializationException',
      ],
      ['kafka_dlt-key-exception-message', 'failed to deserialize'],
    ]);
    expect(decoded.exceptionClass).toBe(
      'org.springframework.kafka.support.serializer.DeserializationException',
    );
    expect(decoded.exceptionMessage).toBe('failed to deserialize');
  });

  // It counts the delivery that is to come: a record that failed three times says 4 (seen on real ones).
  it.each([
    [int32(4), 3],
    [Buffer.from([4]), 3],
    [int32(2), 1],
    [int32(1), null],
  ])(
    'Spring retry topics: attempts as int32 or one byte, one ahead, the group under its dlt name',
    (attempts, expected) => {
      const decoded = decode([
        ['kafka_original-topic', 'orders'],
        ['kafka_original-partition', int32(1)],
        ['kafka_original-offset', int64(5)],
        ['kafka_dlt-original-consumer-group', 'svc'],
        ['kafka_exception-fqcn', wrapper],
        ['kafka_exception-cause-fqcn', 'com.shop.OutOfStock'],
        ['kafka_exception-message', 'Listener failed; none left'],
        ['retry_topic-attempts', attempts],
        ['retry_topic-original-timestamp', Buffer.from([1, 0x8b, 0xcf, 0xe5, 0x68, 0x7b])],
      ]);
      expect(decoded).toMatchObject({
        convention: 'spring-retry-topic',
        attempts: expected,
        exceptionMessage: 'none left',
        origin: { topic: 'orders', partition: 1, offset: 5n, group: 'svc', atMs: 1_700_000_000_123 },
      });
    },
  );

  it('Spring Cloud Stream: binary as Spring writes it, decimal text as home-made programs do', () => {
    const binary = decode([
      ['x-original-topic', 'orders'],
      ['x-original-partition', int32(1)],
      ['x-original-offset', int64(9)],
      ['x-exception-message', 'no'],
    ]);
    expect(binary).toMatchObject({ convention: 'spring-cloud-stream', origin: { partition: 1, offset: 9n } });
    const text = decode([
      ['x-original-topic', 'orders'],
      ['x-original-partition', '1'],
      ['x-original-offset', '12345678'],
    ]);
    expect(text.origin).toMatchObject({ partition: 1, offset: 12345678n });
    expect(text.originProvenance).toBe('decimal text, Spring Cloud Stream');
  });

  it('Kafka Connect: decimal text, and a null message is unknown', () => {
    expect(decode(connect('events', 0, 11, null))).toMatchObject({
      convention: 'kafka-connect',
      origin: { topic: 'events', partition: 0, offset: 11n, group: null },
      exceptionClass: 'org.apache.kafka.connect.errors.DataException',
      exceptionMessage: null,
    });
  });

  it('Kafka Streams', () => {
    const decoded = decode([
      ['__streams.errors.exception', 'java.lang.IllegalStateException'],
      ['__streams.errors.message', null],
      ['__streams.errors.stacktrace', 'java.lang.IllegalStateException\n\tat com.shop.P.process(P.java:3)\n'],
      ['__streams.errors.topic', 'orders'],
      ['__streams.errors.partition', '3'],
      ['__streams.errors.offset', '8'],
    ]);
    expect(decoded).toMatchObject({
      convention: 'kafka-streams',
      origin: { topic: 'orders', partition: 3, offset: 8n },
      exceptionClass: 'java.lang.IllegalStateException',
      exceptionMessage: null,
    });
  });

  const streams = (topic: string, offset: number): HeaderInput[] => [
    ['__streams.errors.exception', 'java.lang.IllegalStateException'],
    ['__streams.errors.message', 'no'],
    ['__streams.errors.topic', topic],
    ['__streams.errors.partition', '1'],
    ['__streams.errors.offset', String(offset)],
  ];

  it('Kafka Streams after a repartition: the internal topic is the last hop, the true source is not in the record', () => {
    expect(decode(streams('app-by-customer-repartition', 8))).toMatchObject({
      origin: { topic: null, partition: null, offset: null, atMs: null, group: null },
      originProvenance: 'not in the record: Kafka Streams names the repartition topic that it had read',
      lastHop: { topic: 'app-by-customer-repartition', partition: 1, offset: 8n },
    });
    // What failed before it came into the app says where it was.
    expect(decode([...connect('orders', 0, 3), ...streams('app-x-repartition', 8)])).toMatchObject({
      convention: 'kafka-streams',
      origin: { topic: 'orders', partition: 0, offset: 3n },
      originProvenance: 'decimal text, Kafka Connect, first of 2 hops',
      lastHop: { topic: 'app-x-repartition', offset: 8n },
    });
    // The name means nothing where Streams did not write it.
    expect(decode(connect('app-x-repartition', 0, 3)).origin.topic).toBe('app-x-repartition');
  });

  it('share group: a pointer without payload, its topic named by id', () => {
    const inputs: HeaderInput[] = [
      ['__dlq.errors.topic', 'abcdefghijklmnopqrstuv'],
      ['__dlq.errors.partition', '1'],
      ['__dlq.errors.offset', '77'],
      ['__dlq.errors.group', 'share-1'],
      ['__dlq.errors.delivery.count', '5'],
      ['__dlq.errors.message', 'rejected'],
    ];
    const decoded = decodeDeadLetter(record(inputs, { key: null, value: null }), {
      topicNameOfId: (id) => (id === 'abcdefghijklmnopqrstuv' ? 'orders' : null),
    });
    expect(decoded).toMatchObject({
      convention: 'share-group',
      pointer: true,
      attempts: 5,
      exceptionClass: null,
      exceptionMessage: 'rejected',
      origin: { topic: 'orders', partition: 1, offset: 77n, group: 'share-1' },
    });
    expect(decodeDeadLetter(record(inputs)).pointer).toBe(false);
  });

  it('SmallRye: cause kept in the chain; wrappers without an application class leave the class unknown', () => {
    expect(decode(smallrye('orders', 4))).toMatchObject({
      convention: 'smallrye',
      origin: { topic: 'orders', partition: 2, offset: 4n },
      exceptionClass: 'com.shop.Refused',
      exceptionMessage: 'refused at orders',
      exceptionChain: ['com.shop.Refused', 'com.shop.Deeper'],
    });
    expect(
      decode([
        ['dead-letter-exception-class-name', 'io.smallrye.reactive.messaging.ProcessingException'],
        ['dead-letter-reason', 'SRMSG00103: Exception thrown when calling the method A#b'],
        ['dead-letter-cause-class-name', 'java.lang.reflect.InvocationTargetException'],
        ['dead-letter-topic', 'orders'],
      ]).exceptionClass,
    ).toBeNull();
  });

  it('SmallRye delayed retry, Karafka old and new, Watermill, MassTransit, NServiceBus', () => {
    expect(
      decode([
        ['delayed-retry-topic', 'orders'],
        ['delayed-retry-partition', '0'],
        ['delayed-retry-offset', '3'],
        ['delayed-retry-count', '2'],
        ['delayed-retry-original-timestamp', '1700000000123'],
      ]),
    ).toMatchObject({
      convention: 'smallrye-delayed-retry',
      attempts: 2,
      origin: { offset: 3n, atMs: 1_700_000_000_123 },
    });
    for (const prefix of ['source_', 'original_'])
      expect(
        decode([
          [`${prefix}topic`, 'orders'],
          [`${prefix}partition`, '0'],
          [`${prefix}offset`, '3'],
          [`${prefix}consumer_group`, 'svc'],
          [`${prefix}attempts`, '4'],
        ]),
      ).toMatchObject({
        convention: 'karafka',
        attempts: 4,
        exceptionClass: null,
        origin: { offset: 3n, group: 'svc' },
      });
    expect(
      decode([
        ['topic_poisoned', 'orders'],
        ['reason_poisoned', 'boom'],
        ['handler_poisoned', 'h'],
      ]),
    ).toMatchObject({
      convention: 'watermill',
      origin: { topic: 'orders', partition: null, offset: null },
      exceptionMessage: 'boom',
    });
    expect(
      decode([
        ['MT-Reason', 'fault'],
        ['MT-Fault-InputAddress', 'loopback://localhost/kafka/orders'],
        ['MT-Fault-ExceptionType', 'Shop.Declined'],
        ['MT-Fault-Message', 'declined'],
        ['MT-Fault-RetryCount', '2'],
      ]),
    ).toMatchObject({
      convention: 'masstransit',
      origin: { topic: 'orders' },
      exceptionClass: 'Shop.Declined',
      attempts: 3,
    });
    expect(
      decode([
        ['NServiceBus.FailedQ', 'orders'],
        ['NServiceBus.ExceptionInfo.ExceptionType', 'System.AggregateException'],
        ['NServiceBus.ExceptionInfo.InnerExceptionType', 'Shop.Declined'],
        ['NServiceBus.ExceptionInfo.Message', 'declined'],
        ['NServiceBus.TimeOfFailure', '2026-01-02 03:04:05:678901 Z'],
      ]),
    ).toMatchObject({
      convention: 'nservicebus',
      origin: { topic: 'orders' },
      exceptionClass: 'Shop.Declined',
    });
  });

  it('an operator’s mapping', () => {
    const mapping = {
      originTopic: { header: 'x-src', as: 'text' },
      originPartition: { header: 'x-part', as: 'text' },
      originOffset: { header: 'x-off', as: 'int64be' },
      message: { header: 'x-err', as: 'text' },
    } as const;
    const inputs: HeaderInput[] = [
      ['x-src', 'orders'],
      ['x-part', '2'],
      ['x-off', int64(6)],
      ['x-err', 'no'],
    ];
    expect(decodeDeadLetter(record(inputs), { mapping })).toMatchObject({
      convention: 'declared',
      origin: { topic: 'orders', partition: 2, offset: 6n },
      exceptionMessage: 'no',
    });
    expect(decode(inputs).convention).toBe('none');
  });
});

describe('decodeDeadLetter: several hops', () => {
  it('Spring appends: the first is the origin, the last is the latest hop; exceptions were replaced', () => {
    const { origin, lastHop, originProvenance } = decode([
      ...springOriginal('orders', 1, 42, 'first'),
      ...springOriginal('orders-retry', 0, 3, 'second'),
      ...springException,
    ]);
    expect(origin).toMatchObject({ topic: 'orders', partition: 1, offset: 42n, group: 'first' });
    expect(lastHop).toMatchObject({ topic: 'orders-retry', partition: 0, offset: 3n, group: 'second' });
    expect(originProvenance).toBe('int64 big-endian, Spring Kafka, first of 2 hops');
  });

  it('does not give the older hop’s optional group to the newer hop', () => {
    const second = springOriginal('orders-retry', 0, 3).filter(([name]) => !name.endsWith('group'));
    expect(decode([...springOriginal('orders', 1, 42, 'first'), ...second]).lastHop?.group).toBeNull();
  });

  it('Connect appends: the last set is the newest, with its own failure', () => {
    expect(
      decode([
        ...connect('events', 0, 11, 'first failure'),
        ...connect('events-dlq', 1, 2, 'second failure'),
      ]),
    ).toMatchObject({
      origin: { topic: 'events', offset: 11n },
      lastHop: { topic: 'events-dlq', partition: 1, offset: 2n },
      exceptionMessage: 'second failure',
    });
  });

  it('SmallRye prepends: the first set is the newest, and an older cause stays with its own hop', () => {
    const decoded = decode([...smallrye('dead-letter-topic-orders', 1, false), ...smallrye('orders', 4)]);
    expect(decoded).toMatchObject({
      origin: { topic: 'orders', offset: 4n },
      lastHop: { topic: 'dead-letter-topic-orders', offset: 1n },
      exceptionMessage: 'refused at dead-letter-topic-orders',
      exceptionChain: ['com.shop.Refused'],
    });
  });

  it('never mixes a left-over header of the source record into the real set', () => {
    for (const leftOver of [
      ['__connect.errors.topic', 'forged'],
      ['__connect.errors.offset', '999'],
    ] as HeaderInput[])
      expect(decode([leftOver, ...connect('events', 0, 11)])).toMatchObject({
        origin: { topic: 'events', partition: 0, offset: 11n },
        lastHop: null,
      });
  });

  it('several conventions: the newest names the failure, the oldest the origin', () => {
    expect(
      decode([...springOriginal('orders', 1, 42), ...springException, ...connect('orders-dlt', 0, 5)]),
    ).toMatchObject({
      convention: 'kafka-connect',
      origin: { topic: 'orders', offset: 42n },
      lastHop: { topic: 'orders-dlt', offset: 5n },
      exceptionClass: 'org.apache.kafka.connect.errors.DataException',
    });
    expect(
      decode([...smallrye('orders-dlt', 5), ...springOriginal('orders', 1, 42), ...springException]),
    ).toMatchObject({
      convention: 'smallrye',
      origin: { topic: 'orders', offset: 42n },
      lastHop: { topic: 'orders-dlt', offset: 5n },
    });
    expect(decode([...smallrye('orders', 5), ...connect('dead-letter-topic-orders', 0, 9)])).toMatchObject({
      convention: 'kafka-connect',
      origin: { topic: 'orders', offset: 5n },
      lastHop: { topic: 'dead-letter-topic-orders', offset: 9n },
    });
  });
});
