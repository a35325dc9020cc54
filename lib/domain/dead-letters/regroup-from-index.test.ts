import { describe, expect, it } from 'vitest';
import { analyse } from './analyse.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type IndexedFailure, regroupedFromIndex } from './regroup-from-index.ts';
import { record } from './testing/records.ts';

/** As the index would have it after an older version of the rules, which took nothing out of messages. */
function indexedByOldRules(message: string | null, exceptionClass: string | null): IndexedFailure {
  const parts = {
    convention: 'spring-kafka' as const,
    originTopic: 'orders',
    exceptionClass,
    messagePattern: message,
    topFrame: 'com.shop.Charge.run',
  };
  return { ...parts, hopTopic: 'orders', exceptionMessage: message, fingerprint: fingerprintOf(parts) };
}

describe('a record that is gone', () => {
  it('stands where its like stands that is read anew', () => {
    const anew = analyse(
      record([
        ['kafka_dlt-original-topic', 'orders'],
        ['kafka_dlt-exception-fqcn', 'com.shop.ProviderTimeout'],
        ['kafka_dlt-exception-message', 'order 17 was not answered: Read timed out'],
        [
          'kafka_dlt-exception-stacktrace',
          'com.shop.ProviderTimeout: x\n\tat com.shop.Charge.run(Charge.java:7)',
        ],
      ]),
      'o.dlt',
    );
    const old = indexedByOldRules('order 4 was not answered: Read timed out', 'com.shop.ProviderTimeout');
    const { fingerprint, messagePattern, verdict } = anew;
    expect(anew.topFrame).toBe(old.topFrame);
    expect(regroupedFromIndex(old)).toEqual({ fingerprint, messagePattern, verdict });
  });
  it.each<[string, IndexedFailure]>([
    [
      'with a message that the index does not have',
      { ...indexedByOldRules('card 4711', 'a.B'), messagePattern: null },
    ],
    ['with a class that only its chain names', { ...indexedByOldRules('m', 'a.B'), exceptionClass: null }],
    ['by a declared mapping', { ...indexedByOldRules('m', 'a.B'), convention: 'declared' }],
  ])('stays where it is %s', (_, failure) => {
    expect(regroupedFromIndex(failure)).toBeNull();
  });
  it('stands where it stood when the rules say so', () => {
    const same = indexedByOldRules('provider is down', 'com.shop.Down');
    expect(regroupedFromIndex(same)?.fingerprint).toBe(same.fingerprint);
  });
});
