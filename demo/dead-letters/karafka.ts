import { carriedHeaders, type DeadLetterHeaders, type FailedRecord } from './failure.ts';

/** As Karafka's dead-letter queue writes them: where it was, how often it was tried, and no exception at all. */
export function karafkaHeaders(record: FailedRecord, attempts: number, traceId: string): DeadLetterHeaders {
  const headers = carriedHeaders(record.headers);
  const replace = (name: string, value: string) => headers.set(name, [Buffer.from(value)]);
  replace('source_topic', record.topic);
  replace('source_partition', String(record.partition));
  replace('source_offset', record.offset);
  replace('source_consumer_group', record.group);
  replace('source_key', record.key?.toString('utf8') ?? '');
  replace('source_attempts', String(attempts));
  replace('source_trace_id', traceId);
  return headers;
}
