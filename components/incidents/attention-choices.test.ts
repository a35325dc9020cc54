import { expect, it } from 'vitest';
import { attentionChoices } from './attention-choices.ts';

it('names each thing that needs somebody once, in its order, and leaves out what is no thing of a flow', () => {
  const items = [
    '/lag/main/pay',
    '/settings',
    '/dead-letters/main/orders.dlq',
    '/lag/main/pay',
    '/replays/r-1',
  ];
  expect(attentionChoices(items.map((href) => ({ href }))).map(({ text }) => text)).toEqual([
    'consumer group pay',
    'dead letters of orders.dlq',
    'replay r-1',
  ]);
});
