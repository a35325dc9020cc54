import { describe, expect, it } from 'vitest';
import { groupId, topicName } from '../kernel/brand.ts';
import { consequenceSentence, type OrderingCounts } from './sentences.ts';

describe('the first sentence', () => {
  const all = { keys: 0, complete: true };
  it.each<[string, OrderingCounts, string]>([
    ['none', { newerKeys: 0, destination: all }, ''],
    ['those with newer dead letters', { newerKeys: 1, destination: all }, '; 1 key may go backwards'],
    [
      'those with newer records in the destination',
      { newerKeys: 0, destination: { ...all, keys: 2 } },
      '; 2 keys may go backwards',
    ],
    [
      'no fewer than one side has, where both have some that may be the same',
      { newerKeys: 3, destination: { ...all, keys: 2 } },
      '; at least 3 keys may go backwards',
    ],
    [
      'no fewer than were found, where the destination was not read to its end',
      { newerKeys: 0, destination: { keys: 2, complete: false } },
      '; at least 2 keys may go backwards',
    ],
    [
      'not known, where it was not read to its end and none was found',
      { newerKeys: 0, destination: { keys: 0, complete: false } },
      '; whether keys may go backwards is not known',
    ],
    [
      'not known, where it was not looked at',
      { newerKeys: 0 },
      '; whether keys may go backwards is not known',
    ],
  ])('says which keys may go backwards: %s', (_what, ordering, order) => {
    const destination = {
      ...{ kind: 'retry' as const, topic: topicName('orders.retry') },
      targetGroups: [groupId('payments')],
    };
    expect(consequenceSentence({ records: 6, destination, ordering })).toBe(
      `Sends 6 records to orders.retry; payments receives them${order}.`,
    );
  });
});
