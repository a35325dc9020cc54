import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FailedRecord, type Failure, int32be, int64be } from './failure.ts';
import { karafkaHeaders } from './karafka.ts';
import { smallryeHeaders } from './smallrye.ts';
import { springHeaders } from './spring.ts';
import { springCloudStreamHeaders } from './spring-cloud-stream.ts';
import { streamsHeaders } from './streams.ts';
import { deadLetterMessage } from './writer.ts';

const record = (over: Partial<FailedRecord> = {}): FailedRecord => ({
  topic: 'orders.v1',
  partition: 1,
  offset: '4294967298',
  timestamp: '1700000000123',
  group: 'payments-service',
  key: Buffer.from('ord-1'),
  value: Buffer.from('{}'),
  headers: {},
  ...over,
});
const failure: Failure = { exceptionClass: 'a.B', message: 'went wrong', frames: ['a.C.d(C.java:1)'] };
const text = (values: Buffer[] | undefined) => values?.map((value) => value.toString('utf8'));

/** What a consumer of the dead letter would hand over if it failed again. */
const received = (headers: Map<string, Buffer[]>): FailedRecord['headers'] =>
  Object.fromEntries([...headers].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));

describe('Spring Kafka', () => {
  it('writes numbers big-endian and the application’s class as the cause', () => {
    const headers = springHeaders(record(), failure, 'void on(Order)');
    expect(headers.get('kafka_dlt-original-partition')).toEqual([Buffer.from('00000001', 'hex')]);
    expect(headers.get('kafka_dlt-original-offset')).toEqual([Buffer.from('0000000100000002', 'hex')]);
    expect(headers.get('kafka_dlt-original-timestamp')).toEqual([int64be('1700000000123')]);
    expect(text(headers.get('kafka_dlt-exception-fqcn'))?.[0]).toContain('ListenerExecutionFailedException');
    expect(text(headers.get('kafka_dlt-exception-cause-fqcn'))).toEqual(['a.B']);
    expect(text(headers.get('kafka_dlt-exception-message'))).toEqual([
      "Listener method 'void on(Order)' threw exception; went wrong",
    ]);
    expect(text(headers.get('kafka_dlt-exception-stacktrace'))?.[0]).toContain(
      'Caused by: a.B: went wrong\n\tat a.C.d(C.java:1)',
    );
  });

  it('appends the origin and replaces the exception when a record fails again', () => {
    const first = springHeaders(record(), failure, 'x');
    const again = record({
      topic: 'orders.v1.payments.retry',
      partition: 2,
      offset: '7',
      headers: received(first),
    });
    const second = springHeaders(again, { ...failure, message: 'still wrong' }, 'x');
    expect(text(second.get('kafka_dlt-original-topic'))).toEqual(['orders.v1', 'orders.v1.payments.retry']);
    expect(second.get('kafka_dlt-original-partition')).toEqual([int32be(1), int32be(2)]);
    expect(second.get('kafka_dlt-original-offset')).toEqual([int64be('4294967298'), int64be('7')]);
    expect(text(second.get('kafka_dlt-exception-message'))).toEqual([
      "Listener method 'x' threw exception; still wrong",
    ]);
  });
});

it('Spring Cloud Stream encodes like Spring Kafka under its own names', () => {
  const headers = springCloudStreamHeaders(record(), failure);
  expect(headers.get('x-original-offset')).toEqual([int64be('4294967298')]);
  expect(text(headers.get('x-exception-fqcn'))).toEqual(['a.B']);
});

it('Kafka Streams appends text: the newest is the last', () => {
  const second = streamsHeaders(
    record({ offset: '9', headers: received(streamsHeaders(record(), failure)) }),
    failure,
  );
  expect(text(second.get('__streams.errors.offset'))).toEqual(['4294967298', '9']);
  expect(text(second.get('__streams.errors.exception'))).toEqual(['a.B', 'a.B']);
});

it('SmallRye puts its own before the copied ones: the newest is the first', () => {
  const first = smallryeHeaders(record({ headers: { 'x-a': Buffer.from('1') } }), failure);
  const second = smallryeHeaders(record({ offset: '9', headers: received(first) }), failure);
  expect(text(second.get('dead-letter-offset'))).toEqual(['9', '4294967298']);
  expect([...second.keys()].at(-1)).toBe('x-a');
});

it('Karafka replaces, and tells no exception', () => {
  const first = karafkaHeaders(record(), 3, 't');
  const second = karafkaHeaders(record({ offset: '9', headers: received(first) }), 3, 't');
  expect(text(second.get('source_offset'))).toEqual(['9']);
  expect([...second.keys()].filter((name) => /exception|error/.test(name))).toEqual([]);
});

describe('a dead letter', () => {
  const writers = {
    spring: (failed: FailedRecord) => springHeaders(failed, failure, 'x'),
    springCloudStream: (failed: FailedRecord) => springCloudStreamHeaders(failed, failure),
    streams: (failed: FailedRecord) => streamsHeaders(failed, failure),
    smallrye: (failed: FailedRecord) => smallryeHeaders(failed, failure),
    karafka: (failed: FailedRecord) => karafkaHeaders(failed, 1, 't'),
  };
  it.each(Object.entries(writers))(
    'of %s carries every header of the record, byte for byte',
    (_name, write) => {
      const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
      const names = fc.string().map((name) => `app-${name}`);
      fc.assert(
        fc.property(fc.dictionary(names, fc.oneof(bytes, fc.array(bytes, { minLength: 2 }))), (headers) => {
          const written = write(record({ headers }));
          for (const [name, value] of Object.entries(headers))
            expect(written.get(name)).toEqual(Array.isArray(value) ? value : [value]);
        }),
      );
    },
  );

  it('keeps key, value and partition; a null header, which kafkajs can’t write, becomes an empty one', () => {
    const failed = record({ key: null, headers: { 'sluice-replay-id': Buffer.from('r1'), odd: null } });
    const message = deadLetterMessage({ record: failed, headers: writers.spring(failed) });
    expect(message).toMatchObject({ key: null, value: failed.value, partition: 1 });
    expect(message.timestamp).toBeUndefined();
    expect(message.headers?.['sluice-replay-id']).toEqual([Buffer.from('r1')]);
    expect(message.headers?.odd).toEqual([Buffer.alloc(0)]);
  });
});
