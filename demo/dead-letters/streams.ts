import {
  append,
  carriedHeaders,
  type DeadLetterHeaders,
  type FailedRecord,
  type Failure,
  stackTrace,
} from './failure.ts';

/** As Kafka Streams' dead-letter queue (KIP-1034) writes them: text, appended, so that the newest is the last. */
export function streamsHeaders(record: FailedRecord, failure: Failure): DeadLetterHeaders {
  const headers = carriedHeaders(record.headers);
  append(headers, '__streams.errors.exception', failure.exceptionClass);
  append(headers, '__streams.errors.message', failure.message);
  append(headers, '__streams.errors.stacktrace', stackTrace(failure));
  append(headers, '__streams.errors.topic', record.topic);
  append(headers, '__streams.errors.partition', String(record.partition));
  append(headers, '__streams.errors.offset', record.offset);
  return headers;
}
