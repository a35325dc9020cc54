import { carriedHeaders, type DeadLetterHeaders, type FailedRecord, type Failure } from './failure.ts';

/** As SmallRye Reactive Messaging writes them: text, its own before the copied ones, so that the newest is the first; no trace, no group. */
export function smallryeHeaders(record: FailedRecord, failure: Failure): DeadLetterHeaders {
  const carried = carriedHeaders(record.headers);
  const headers: DeadLetterHeaders = new Map();
  const add = (name: string, value: string) =>
    headers.set(name, [Buffer.from(value), ...(carried.get(name) ?? [])]);
  add('dead-letter-exception-class-name', failure.exceptionClass);
  add('dead-letter-reason', failure.message);
  add('dead-letter-topic', record.topic);
  add('dead-letter-partition', String(record.partition));
  add('dead-letter-offset', record.offset);
  for (const [name, values] of carried) if (!headers.has(name)) headers.set(name, values);
  return headers;
}
