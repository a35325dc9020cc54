import type { Convention } from './convention.ts';
import type { HeaderEncoding } from './header-encoding.ts';

/** What a header says about the failure. Those of a hop stand together: one framework writes them in one go. */
export type Meaning =
  | 'topic'
  | 'inputAddress'
  | 'partition'
  | 'offset'
  | 'timestamp'
  | 'timestampType'
  | 'group'
  | 'attempts'
  /** Of the delivery that was to come: one more than were made. */
  | 'nextAttempt'
  | 'retries'
  | 'exceptionClass'
  | 'causeClass'
  | 'message'
  | 'causeMessage'
  | 'stacktrace'
  | 'keyExceptionClass'
  | 'keyMessage'
  | 'keyStacktrace'
  | 'failedAt'
  | 'detail';

export type FieldSpec = {
  readonly name: string;
  readonly meaning: Meaning;
  readonly as: HeaderEncoding;
  /** Repeated with every hop. Otherwise the newest replaces the earlier ones. */
  readonly perHop: boolean;
};

/** One framework's headers (shared notes "Dead-letter header conventions", from the frameworks' sources). */
export type ConventionSpec = {
  readonly convention: Convention;
  readonly label: string;
  /** Which end of the record is newest when headers come more than once. */
  readonly newest: 'first' | 'last';
  /** A record is of this convention when it has all names of any of these sets. */
  readonly recognisedBy: readonly (readonly string[])[];
  /** In the order in which the framework writes them. */
  readonly fields: readonly FieldSpec[];
  /** Binary numbers that home-made programs write as decimal text: then all of the hop's numbers are text. */
  readonly orDecimal: boolean;
  /** Names that belong to the failure beyond `fields`. */
  readonly failurePrefixes: readonly string[];
};

const field =
  (perHop: boolean) =>
  (name: string, meaning: Meaning, as: HeaderEncoding = 'text'): FieldSpec => ({ name, meaning, as, perHop });
const hop = field(true);
const latest = field(false);

const springFields = (original: string, exception: string, group: string): FieldSpec[] => [
  hop(`${original}topic`, 'topic'),
  hop(`${original}partition`, 'partition', 'int32be'),
  hop(`${original}offset`, 'offset', 'int64be'),
  hop(`${original}timestamp`, 'timestamp', 'int64be'),
  hop(`${original}timestamp-type`, 'timestampType'),
  ...(group === '' ? [] : [hop(group, 'group')]),
  latest(`${exception}fqcn`, 'exceptionClass'),
  latest(`${exception}cause-fqcn`, 'causeClass'),
  latest(`${exception}message`, 'message'),
  latest(`${exception}stacktrace`, 'stacktrace'),
];

const spec = (
  convention: Convention,
  label: string,
  rest: Pick<ConventionSpec, 'recognisedBy' | 'fields'> & Partial<ConventionSpec>,
): ConventionSpec => ({ convention, label, newest: 'last', orDecimal: false, failurePrefixes: [], ...rest });

const springKafka = spec('spring-kafka', 'Spring Kafka', {
  recognisedBy: [
    ['kafka_dlt-original-topic'],
    ['kafka_dlt-exception-fqcn'],
    ['kafka_dlt-key-exception-fqcn'],
  ],
  failurePrefixes: ['kafka_dlt-', 'kafka_original-', 'kafka_exception-', 'retry_topic-'],
  fields: [
    ...springFields('kafka_dlt-original-', 'kafka_dlt-exception-', 'kafka_dlt-original-consumer-group'),
    latest('kafka_dlt-key-exception-fqcn', 'keyExceptionClass'),
    latest('kafka_dlt-key-exception-message', 'keyMessage'),
    latest('kafka_dlt-key-exception-stacktrace', 'keyStacktrace'),
  ],
});

const springRetryTopic = spec('spring-retry-topic', 'Spring retry topics', {
  recognisedBy: [['kafka_original-topic'], ['kafka_exception-fqcn'], ['retry_topic-attempts']],
  failurePrefixes: springKafka.failurePrefixes,
  fields: [
    ...springFields('kafka_original-', 'kafka_exception-', 'kafka_dlt-original-consumer-group'),
    latest('retry_topic-attempts', 'nextAttempt', 'int32be-or-byte'),
    latest('retry_topic-backoff-timestamp', 'detail', 'big-integer'),
    latest('retry_topic-original-timestamp', 'timestamp', 'big-integer'),
  ],
});

const springCloudStream = spec('spring-cloud-stream', 'Spring Cloud Stream', {
  recognisedBy: [['x-original-topic'], ['x-exception-fqcn']],
  orDecimal: true,
  failurePrefixes: ['x-original-', 'x-exception-'],
  fields: springFields('x-original-', 'x-exception-', ''),
});

const connectPrefix = '__connect.errors.';
const kafkaConnect = spec('kafka-connect', 'Kafka Connect', {
  recognisedBy: [[`${connectPrefix}topic`], [`${connectPrefix}exception.class.name`]],
  failurePrefixes: [connectPrefix],
  fields: [
    hop(`${connectPrefix}topic`, 'topic'),
    hop(`${connectPrefix}partition`, 'partition', 'decimal'),
    hop(`${connectPrefix}offset`, 'offset', 'decimal'),
    hop(`${connectPrefix}connector.name`, 'detail'),
    hop(`${connectPrefix}stage`, 'detail'),
    hop(`${connectPrefix}class.name`, 'detail'),
    hop(`${connectPrefix}task.id`, 'detail', 'decimal'),
    hop(`${connectPrefix}exception.class.name`, 'exceptionClass'),
    hop(`${connectPrefix}exception.message`, 'message'),
    hop(`${connectPrefix}exception.stacktrace`, 'stacktrace'),
  ],
});

const streamsPrefix = '__streams.errors.';
const kafkaStreams = spec('kafka-streams', 'Kafka Streams', {
  recognisedBy: [[`${streamsPrefix}topic`], [`${streamsPrefix}exception`]],
  failurePrefixes: [streamsPrefix],
  fields: [
    hop(`${streamsPrefix}exception`, 'exceptionClass'),
    hop(`${streamsPrefix}message`, 'message'),
    hop(`${streamsPrefix}stacktrace`, 'stacktrace'),
    hop(`${streamsPrefix}topic`, 'topic'),
    hop(`${streamsPrefix}partition`, 'partition', 'decimal'),
    hop(`${streamsPrefix}offset`, 'offset', 'decimal'),
  ],
});

const sharePrefix = '__dlq.errors.';
const shareGroup = spec('share-group', 'Kafka share group', {
  recognisedBy: [[`${sharePrefix}topic`]],
  failurePrefixes: [sharePrefix],
  fields: [
    hop(`${sharePrefix}topic`, 'topic'),
    hop(`${sharePrefix}partition`, 'partition', 'decimal'),
    hop(`${sharePrefix}offset`, 'offset', 'decimal'),
    hop(`${sharePrefix}group`, 'group'),
    hop(`${sharePrefix}delivery.count`, 'attempts', 'decimal'),
    hop(`${sharePrefix}message`, 'message'),
  ],
});

const smallrye = spec('smallrye', 'SmallRye', {
  newest: 'first',
  recognisedBy: [['dead-letter-topic'], ['dead-letter-exception-class-name'], ['dead-letter-reason']],
  failurePrefixes: ['dead-letter-', 'delayed-retry-'],
  fields: [
    hop('dead-letter-exception-class-name', 'exceptionClass'),
    hop('dead-letter-reason', 'message'),
    hop('dead-letter-cause-class-name', 'causeClass'),
    hop('dead-letter-cause', 'causeMessage'),
    hop('dead-letter-topic', 'topic'),
    hop('dead-letter-partition', 'partition', 'decimal'),
    hop('dead-letter-offset', 'offset', 'decimal'),
  ],
});

const smallryeDelayedRetry = spec('smallrye-delayed-retry', 'SmallRye delayed retry', {
  newest: 'first',
  recognisedBy: [['delayed-retry-topic'], ['delayed-retry-count']],
  failurePrefixes: ['dead-letter-', 'delayed-retry-'],
  fields: [
    hop('delayed-retry-exception-class-name', 'exceptionClass'),
    hop('delayed-retry-reason', 'message'),
    hop('delayed-retry-cause-class-name', 'causeClass'),
    hop('delayed-retry-cause', 'causeMessage'),
    hop('delayed-retry-topic', 'topic'),
    hop('delayed-retry-partition', 'partition', 'decimal'),
    hop('delayed-retry-offset', 'offset', 'decimal'),
    hop('delayed-retry-original-timestamp', 'timestamp', 'decimal'),
    hop('delayed-retry-count', 'attempts', 'decimal'),
  ],
});

const karafkaFields = (prefix: string): FieldSpec[] => [
  hop(`${prefix}topic`, 'topic'),
  hop(`${prefix}partition`, 'partition', 'decimal'),
  hop(`${prefix}offset`, 'offset', 'decimal'),
  hop(`${prefix}consumer_group`, 'group'),
  hop(`${prefix}key`, 'detail'),
  hop(`${prefix}attempts`, 'attempts', 'decimal'),
  hop(`${prefix}trace_id`, 'detail'),
];
const karafka = spec('karafka', 'Karafka', {
  recognisedBy: [
    ['source_topic', 'source_offset'],
    ['original_topic', 'original_offset'],
  ],
  fields: [...karafkaFields('source_'), ...karafkaFields('original_')],
});

const watermill = spec('watermill', 'Watermill', {
  recognisedBy: [['topic_poisoned'], ['reason_poisoned']],
  fields: [
    hop('topic_poisoned', 'topic'),
    hop('reason_poisoned', 'message'),
    hop('handler_poisoned', 'detail'),
    hop('subscriber_poisoned', 'detail'),
  ],
});

const massTransit = spec('masstransit', 'MassTransit', {
  recognisedBy: [['MT-Fault-ExceptionType'], ['MT-Fault-InputAddress']],
  failurePrefixes: ['MT-Fault-'],
  fields: [
    hop('MT-Reason', 'detail'),
    hop('MT-Fault-ExceptionType', 'exceptionClass'),
    hop('MT-Fault-Message', 'message'),
    hop('MT-Fault-StackTrace', 'stacktrace'),
    hop('MT-Fault-Timestamp', 'detail'),
    hop('MT-Fault-InputAddress', 'inputAddress'),
    hop('MT-Fault-ConsumerType', 'detail'),
    hop('MT-Fault-MessageType', 'detail'),
    hop('MT-Fault-RetryCount', 'retries', 'decimal'),
    hop('MT-Fault-RedeliveryCount', 'detail', 'decimal'),
  ],
});

const nServiceBus = spec('nservicebus', 'NServiceBus', {
  recognisedBy: [['NServiceBus.FailedQ'], ['NServiceBus.ExceptionInfo.ExceptionType']],
  failurePrefixes: ['NServiceBus.ExceptionInfo.'],
  fields: [
    hop('NServiceBus.FailedQ', 'topic'),
    hop('NServiceBus.TimeOfFailure', 'failedAt', 'nservicebus-time'),
    hop('NServiceBus.ExceptionInfo.ExceptionType', 'exceptionClass'),
    hop('NServiceBus.ExceptionInfo.InnerExceptionType', 'causeClass'),
    hop('NServiceBus.ExceptionInfo.Message', 'message'),
    hop('NServiceBus.ExceptionInfo.StackTrace', 'stacktrace'),
  ],
});

/** Every convention that is known by name. */
export const conventionSpecs: readonly ConventionSpec[] = [
  springKafka,
  springRetryTopic,
  springCloudStream,
  kafkaConnect,
  kafkaStreams,
  shareGroup,
  smallrye,
  smallryeDelayedRetry,
  karafka,
  watermill,
  massTransit,
  nServiceBus,
];
