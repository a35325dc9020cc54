import {
  append,
  carriedHeaders,
  type DeadLetterHeaders,
  type FailedRecord,
  type Failure,
  int32be,
  int64be,
  stackTrace,
} from './failure.ts';

const wrapper = 'org.springframework.kafka.listener.ListenerExecutionFailedException';
const container = 'org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer';

/**
 * As Spring Kafka's DeadLetterPublishingRecoverer writes them: where the record came from is appended (first = true
 * origin, last = latest hop), the exception is replaced; numbers are big-endian.
 */
export function springHeaders(record: FailedRecord, failure: Failure, listener: string): DeadLetterHeaders {
  const headers = carriedHeaders(record.headers);
  append(headers, 'kafka_dlt-original-topic', record.topic);
  append(headers, 'kafka_dlt-original-partition', int32be(record.partition));
  append(headers, 'kafka_dlt-original-offset', int64be(record.offset));
  append(headers, 'kafka_dlt-original-timestamp', int64be(record.timestamp));
  append(headers, 'kafka_dlt-original-timestamp-type', 'CreateTime');
  append(headers, 'kafka_dlt-original-consumer-group', record.group);
  const threw = `Listener method '${listener}' threw exception`;
  const trace = [
    `${wrapper}: ${threw}`,
    `\tat ${container}.decorateException(KafkaMessageListenerContainer.java:2996)`,
    `\tat ${container}.doInvokeOnMessage(KafkaMessageListenerContainer.java:2903)`,
    `\tat ${container}.doInvokeWithRecords(KafkaMessageListenerContainer.java:2816)`,
    '\tat java.base/java.lang.Thread.run(Thread.java:840)',
    `Caused by: ${stackTrace(failure)}`,
    '\tat org.springframework.kafka.listener.adapter.HandlerAdapter.invoke(HandlerAdapter.java:78)',
    '\t... 12 more',
  ].join('\n');
  headers.set('kafka_dlt-exception-fqcn', [Buffer.from(wrapper)]);
  headers.set('kafka_dlt-exception-cause-fqcn', [Buffer.from(failure.exceptionClass)]);
  headers.set('kafka_dlt-exception-message', [Buffer.from(`${threw}; ${failure.message}`)]);
  headers.set('kafka_dlt-exception-stacktrace', [Buffer.from(trace)]);
  return headers;
}
