import { describe, expect, it } from 'vitest';
import { judgeSource, type PointedAt, type SourceFacts } from './pointer.ts';
import { record } from './testing/records.ts';
import { kafkaTextOfId } from './topic-id.ts';

const topicId = '01234567-89ab-4def-8123-456789abcdef';
const at: PointedAt = { topic: 'orders', topicIdText: null, partition: 1, offset: 7n, notAfterMs: 2000 };
const source = record([], { partition: 1, offset: 7n, timestampMs: 2000 });
const there: SourceFacts = {
  topic: { topicId, partitions: 2 },
  record: source,
  unreadable: null,
  logStart: 0n,
  lastStable: 10n,
  highWatermark: 10n,
};

describe('judgeSource', () => {
  it('takes the record at exactly that place, also by the topic id', () => {
    expect(judgeSource(at, there)).toEqual({ state: 'read', record: source });
    expect(judgeSource({ ...at, topicIdText: kafkaTextOfId(topicId) }, there).state).toBe('read');
  });

  it.each<[string, Partial<PointedAt>, Partial<SourceFacts>, RegExp]>([
    ['a deleted topic', {}, { topic: null, record: null }, /orders was deleted\.$/],
    ['another topic id', { topicIdText: 'AAAAAAAAAAAAAAAAAAAAAA' }, {}, /created anew: it has another id/],
    ['fewer partitions', { partition: 2 }, { record: null }, /no partition 2/],
    ['a trimmed log', {}, { record: null, logStart: 8n }, /starts at 8, and the record was at 7\.$/],
    ['a later record', { notAfterMs: 1999 }, {}, /from 1970-01-01T00:00:02\.000Z, which is after/],
    ['a log that ends before', {}, { record: null, highWatermark: 7n }, /ends at 7, and the record was at 7/],
    ['a compacted or aborted record', {}, { record: null }, /No committed record stands in orders-1 at 7/],
  ])('never takes another: %s is unrecoverable', (_, of, facts, detail) => {
    const judged = judgeSource({ ...at, ...of }, { ...there, ...facts });
    expect(judged.state).toBe('unrecoverable');
    expect('detail' in judged && judged.detail).toMatch(detail);
  });

  it('does not give up what may still be read', () => {
    expect(judgeSource(at, { ...there, record: null, lastStable: 7n })).toMatchObject({
      state: 'unreadable',
      detail: expect.stringContaining('still open'),
    });
    expect(judgeSource(at, { ...there, record: null, unreadable: 'it is damaged' })).toMatchObject({
      state: 'unreadable',
      detail: "orders-1 at 7 is there and can't be read: it is damaged.",
    });
    const timeless = { ...there, record: { ...source, timestampMs: null } };
    expect(judgeSource(at, timeless).state).toBe('unreadable');
    expect(judgeSource({ ...at, topicIdText: kafkaTextOfId(topicId) }, timeless).state).toBe('read');
  });
});
