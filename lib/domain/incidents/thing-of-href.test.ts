import { expect, it } from 'vitest';
import { thingOfHref, thingText } from './thing-of-href.ts';

it.each([
  ['/lag/main/a%2Fb', 'consumer group a/b'],
  ['/lag?cluster=main', 'cluster main'],
  ['/dead-letters/main/orders.dlq', 'dead letters of orders.dlq'],
  ['/dead-letters/main/orders.dlq?fingerprint=f', 'failure group f of orders.dlq'],
  ['/replays/r-1', 'replay r-1'],
  ['/flows/payments', 'flow payments'],
  ['/replays/new?topic=x', null],
  ['/settings', null],
  ['/lag/main/100%', null],
  ['/', null],
])('%s is about %s', (href, text) => {
  const thing = thingOfHref(href);
  expect(thing && thingText(thing)).toBe(text);
});
