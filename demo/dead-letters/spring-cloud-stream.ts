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

/** As the Kafka binder of Spring Cloud Stream writes them: its own names, Spring Kafka's encoding. */
export function springCloudStreamHeaders(record: FailedRecord, failure: Failure): DeadLetterHeaders {
  const headers = carriedHeaders(record.headers);
  append(headers, 'x-original-topic', record.topic);
  append(headers, 'x-original-partition', int32be(record.partition));
  append(headers, 'x-original-offset', int64be(record.offset));
  append(headers, 'x-original-timestamp', int64be(record.timestamp));
  append(headers, 'x-original-timestamp-type', 'CreateTime');
  headers.set('x-exception-fqcn', [Buffer.from(failure.exceptionClass)]);
  headers.set('x-exception-message', [Buffer.from(failure.message)]);
  headers.set('x-exception-stacktrace', [Buffer.from(stackTrace(failure))]);
  return headers;
}
