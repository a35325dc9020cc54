import { describe, expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

const cases: [string, string | null, string | null][] = [
  ['transient', 'java.net.ConnectException', 'Connection refused'],
  ['transient', 'Error', 'connect ECONNREFUSED 127.0.0.1:8080'],
  ['transient', 'java.net.SocketTimeoutException', 'connect timed out'],
  ['transient', null, 'provider answered HTTP 503'],
  ['transient', null, 'the provider answered 503 for order 7; nothing was charged'],
  ['transient', 'org.springframework.dao.CannotAcquireLockException', 'deadlock detected'],
  ['transient', 'ProviderUnavailable', 'payment provider is unavailable'],
  ['transient', null, 'Connection is not available, request timed out after 30000ms'],
  ['ambiguous_effect', 'java.net.SocketTimeoutException', 'Read timed out'],
  ['ambiguous_effect', null, 'no response from the provider within 2000 ms after the charge was sent'],
  ['ambiguous_effect', 'ProviderTimeout', 'request timed out after it was sent'],
  ['ambiguous_effect', null, 'socket hang up'],
  ['ambiguous_effect', null, 'status 504'],
  ['poison', 'org.apache.kafka.common.errors.SerializationException', 'Unknown magic byte!'],
  ['poison', 'SyntaxError', 'Unexpected token < in JSON at position 0'],
  ['poison', 'CardDeclined', 'card declined: insufficient funds'],
  ['poison', 'org.apache.kafka.connect.errors.DataException', 'Converting byte[] failed'],
  ['poison', null, 'status code: 422'],
  ['poison', 'java.lang.NullPointerException', null],
  ['unknown', 'com.shop.Oops', 'something else'],
  ['unknown', 'com.shop.Oops', 'offset 503 of order 404'],
  ['unknown', null, null],
];

describe('verdictOf', () => {
  it.each(cases)('%s: %s, %s', (verdict, exceptionClass, exceptionMessage) => {
    expect(verdictOf({ exceptionClass, exceptionMessage, exceptionChain: [] }).verdict).toBe(verdict);
  });

  it('says why', () => {
    expect(
      verdictOf({ exceptionClass: null, exceptionMessage: 'Read timed out', exceptionChain: [] }).why,
    ).toMatch(/may have happened/);
  });
});
