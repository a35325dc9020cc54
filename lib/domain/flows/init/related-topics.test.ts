import { expect, it } from 'vitest';
import { quarantineOf, retryTopicsOf } from './related-topics.ts';

const all = [
  'orders',
  'orders.payments.dlq',
  'orders.payments.retry',
  'orders.payments.retry.slow',
  'orders.payments.quarantine',
  'orders.paymentsplus.retry',
  'orders.fraud-dlt',
  'orders.fraud-retry-1000',
  'orders.fraud-dlt.quarantine',
  'letters',
];

it.each([
  [
    'orders.payments.dlq',
    ['orders.payments.retry', 'orders.payments.retry.slow'],
    'orders.payments.quarantine',
  ],
  ['orders.fraud-dlt', ['orders.fraud-retry-1000'], 'orders.fraud-dlt.quarantine'],
  ['letters', [], null],
])('finds what belongs to %s by name', (deadLetters, retry, quarantine) => {
  expect(retryTopicsOf(deadLetters, all)).toEqual(retry);
  expect(quarantineOf(deadLetters, all)).toBe(quarantine);
});
