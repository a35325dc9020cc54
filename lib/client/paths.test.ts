import { describe, expect, it } from 'vitest';
import { alertTarget, decodeSegment, paths } from './paths.ts';

describe('addresses of the console', () => {
  it.each([
    [paths.home(), '/'],
    [paths.signIn('/lag?q=a b'), '/sign-in?next=%2Flag%3Fq%3Da+b'],
    [paths.signIn('/'), '/sign-in'],
    [paths.lag({ status: 'stopped' }), '/lag?status=stopped'],
    [paths.group('main', 'a/b c'), '/lag/main/a%2Fb%20c'],
    [
      paths.deadLetterTopic('main', 'orders.v1.payments.dlq', { fingerprint: 'f00' }),
      '/dead-letters/main/orders.v1.payments.dlq?fingerprint=f00',
    ],
    [paths.deadLetterRecord('main', 't', 3, '88412'), '/dead-letters/main/t/3/88412'],
    [paths.replays({ awaitingMe: true }), '/replays?awaitingMe=true'],
    [paths.newReplay({ cluster: 'main', topic: 't' }), '/replays/new?cluster=main&topic=t'],
    [paths.replay('r-7f3a'), '/replays/r-7f3a'],
    [paths.flow('payments'), '/flows/payments'],
    [paths.audit({ resource: 'replay/r-1' }), '/audit?resource=replay%2Fr-1'],
  ])('%s', (made, expected) => expect(made).toBe(expected));

  it('decodes what it encodes, and leaves a stray percent alone', () => {
    expect(decodeSegment('a%2Fb%20c')).toBe('a/b c');
    expect(decodeSegment('100%')).toBe('100%');
  });

  it.each([
    [{ cluster: 'main', topic: 't.dlq', fingerprint: 'f' }, '/dead-letters/main/t.dlq?fingerprint=f'],
    [{ cluster: 'main', group: 'g' }, '/lag/main/g'],
    [{ cluster: 'main', group: 'g', topic: 't' }, '/dead-letters/main/t'],
    [{ group: 'g' }, '/lag?q=g'],
    [{ cluster: 'main' }, '/lag?cluster=main'],
    [{ replay: 'r-1', cluster: 'main' }, '/replays/r-1'],
    [{ incident: 'i-1' }, '/incidents/i-1'],
    [{ flow: 'payments' }, '/flows/payments'],
    [{ cluster: 'main', topic: 't', failure: 'f' }, '/dead-letters/main/t?fingerprint=f'],
    [{ cluster: ['a', 'b'] }, '/'],
    [{}, '/'],
  ])('an alert with %j leads to %s', (search, target) => expect(alertTarget(search)).toBe(target));
});
