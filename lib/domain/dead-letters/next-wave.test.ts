import { describe, expect, it } from 'vitest';
import {
  type WaitingPartition,
  type WaitingRecord,
  waitingRanges,
  waveMethods,
  waveOf,
  waveUnknown,
} from './next-wave.ts';
import { headers, int32, record } from './testing/records.ts';
import { dueAtMs, readWaiting } from './waiting-record.ts';

const partition = (
  committed: bigint | null,
  lastStable: bigint,
  more: Partial<WaitingPartition> = {},
): WaitingPartition => ({ partition: 0, committed, logStart: 0n, lastStable, ...more });
const waiting = (dueAtMs: number | null, attempts: number | null, more: Partial<WaitingRecord> = {}) => ({
  ...({ atMs: 1000, dueAtMs, attempts, convention: 'spring-retry-topic', fingerprint: 'f' } as const),
  ...more,
});
const range = (records: bigint, number = 0) => ({ partition: number, from: 5n, to: 5n + records });
const tries = new Map([['spring-retry-topic', 3] as const]);

describe('what waits', () => {
  const cases: readonly [string, readonly WaitingPartition[], ReturnType<typeof waitingRanges>][] = [
    [
      'from the committed offset to the last stable one',
      [partition(3n, 10n)],
      [{ partition: 0, from: 3n, to: 10n }],
    ],
    ['nothing behind the last stable offset', [partition(10n, 10n)], []],
    ['nothing where the group is past the end', [partition(12n, 10n)], []],
    [
      'not what retention took',
      [partition(3n, 10n, { logStart: 8n })],
      [{ partition: 0, from: 8n, to: 10n }],
    ],
    [
      'unknown where nobody committed',
      [partition(3n, 10n), partition(null, 4n, { partition: 1 })],
      'never_committed',
    ],
    ['nothing in an empty partition, committed or not', [partition(null, 7n, { logStart: 7n })], []],
  ];
  it.each(cases)('%s', (_, partitions, expected) => {
    expect(waitingRanges(partitions)).toEqual(expected);
  });
});

describe('when it is due', () => {
  it('is known of every record that was looked at', () => {
    const wave = waveOf([range(2n)], [waiting(9000, 2), waiting(7000, 1)], tries);
    expect(wave).toEqual({
      ...{ waitingRecords: 2, lookedAtRecords: 2, oldestAtMs: 1000, dueFirstAtMs: 7000, dueLastAtMs: 9000 },
      ...{ lastTryRecords: 1, deadLettersFirstAtMs: 9000, method: 'every_record' },
      failures: [{ fingerprint: 'f', records: 2 }],
    });
  });
  const cases: readonly [string, ReturnType<typeof waveOf>, Partial<ReturnType<typeof waveOf>>][] = [
    [
      'a part of them is a sample',
      waveOf([range(2n), range(300n, 1)], [waiting(9000, 1)], tries),
      { waitingRecords: 302, lookedAtRecords: 1, method: 'sample', dueFirstAtMs: 9000 },
    ],
    [
      'one without a time makes a sample of the others',
      waveOf([range(2n)], [waiting(9000, 1), waiting(null, 1)], tries),
      { method: 'sample', dueFirstAtMs: 9000, dueLastAtMs: 9000 },
    ],
    [
      'without a header the count is known and the time is not',
      waveOf([range(1n)], [waiting(null, null, { convention: 'none' })], tries),
      { waitingRecords: 1, method: 'no_header', dueFirstAtMs: null, lastTryRecords: null, failures: [] },
    ],
    [
      'none that could be looked at is no reason for a time',
      waveOf([range(4n)], [], tries),
      { waitingRecords: 4, lookedAtRecords: 0, method: 'no_header', lastTryRecords: null, oldestAtMs: null },
    ],
    [
      'no dead letter of the convention was seen: which try is the last is unknown',
      waveOf([range(1n)], [waiting(9000, 2)], new Map()),
      { lastTryRecords: null, deadLettersFirstAtMs: null, dueFirstAtMs: 9000 },
    ],
    [
      'all of them have tries left',
      waveOf([range(1n)], [waiting(9000, 1)], tries),
      { lastTryRecords: 0, deadLettersFirstAtMs: null },
    ],
    [
      'a last try of unknown time leaves the first dead letter unknown',
      waveOf([range(2n)], [waiting(9000, 2), waiting(null, 2)], tries),
      { lastTryRecords: 2, deadLettersFirstAtMs: null },
    ],
    ['nothing waits', waveOf([], [], tries), { waitingRecords: 0, method: 'nothing', lastTryRecords: 0 }],
    ['nobody committed', waveUnknown('no_group'), { waitingRecords: null, method: 'no_group' }],
  ];
  it.each(cases)('%s', (_, wave, expected) => {
    expect(wave).toMatchObject(expected);
    expect(waveMethods).toContain(wave.method);
  });
  it('counts by failure group, the most first', () => {
    const looked = [waiting(1, 1, { fingerprint: 'b' }), waiting(1, 1), waiting(1, 1, { fingerprint: 'b' })];
    expect(waveOf([range(9n)], looked, tries).failures).toEqual([
      { fingerprint: 'b', records: 2 },
      { fingerprint: 'f', records: 1 },
    ]);
  });
});

describe('a record in a retry topic', () => {
  const big = Buffer.from([0x01, 0x8b, 0xcf, 0xe5, 0x68, 0x00]);
  it.each([
    [
      'the last header',
      headers([
        ['retry_topic-backoff-timestamp', Buffer.from([5])],
        ['retry_topic-backoff-timestamp', big],
      ]),
      1_700_000_000_000,
    ],
    ['none', headers([['retry_topic-attempts', int32(2)]]), null],
    ['a null', headers([['retry_topic-backoff-timestamp', null]]), null],
    ['a negative', headers([['retry_topic-backoff-timestamp', Buffer.from([0xff])]]), null],
    ['past every calendar', headers([['retry_topic-backoff-timestamp', Buffer.alloc(8, 0x7f)]]), null],
  ])('says when it is due: %s', (_, of, expected) => {
    expect(dueAtMs(of)).toBe(expected);
  });
  it('names how often it was tried, and the failure group that its dead letter will have', () => {
    const failure = [
      ['kafka_original-topic', 'orders'],
      ['kafka_exception-fqcn', 'com.shop.Down'],
      ['kafka_exception-message', 'order 7 timed out'],
    ] as const;
    const first = readWaiting(record([...failure, ['retry_topic-attempts', int32(2)]]), 'o.dlt', null);
    const later = readWaiting(
      record([...failure.slice(0, 2), failure[2], ['retry_topic-attempts', int32(4)]]),
      'o.dlt',
      null,
    );
    expect(first).toMatchObject({ attempts: 1, convention: 'spring-retry-topic', dueAtMs: null });
    expect(later).toMatchObject({ attempts: 3, fingerprint: first.fingerprint });
  });
});
