import { describe, expect, it } from 'vitest';
import { declaredQuarantine } from './declared-quarantine.ts';
import type { Flow } from './flow.ts';

const flow = (more: Record<string, unknown> = {}): Flow =>
  ({
    name: 'payments',
    cluster: 'main',
    topic: 'orders',
    retryTopics: ['orders.retry'],
    deadLetters: 'orders.dlq',
    quarantine: 'orders.quarantine',
    ...more,
  }) as unknown as Flow;

describe('the quarantine that a flow declares', () => {
  it('is what stands in the flow', () =>
    expect(declaredQuarantine([flow()], 'main', 'orders.dlq').topic).toBe('orders.quarantine'));

  it.each([
    ['no flow has this dead-letter topic', [flow()], 'main', 'other.dlq', 'no_flow'],
    ['it is of another cluster', [flow()], 'second', 'orders.dlq', 'no_flow'],
    ['from the quarantine itself', [flow()], 'main', 'orders.quarantine', 'no_flow'],
    [
      'none is declared, whatever topic is called like one',
      [flow({ quarantine: null })],
      'main',
      'orders.dlq',
      'destination_not_allowed',
    ],
    [
      'it is where the letters are',
      [flow({ quarantine: 'orders.dlq' })],
      'main',
      'orders.dlq',
      'destination_not_allowed',
    ],
    [
      'it is its retry topic',
      [flow({ quarantine: 'orders.retry' })],
      'main',
      'orders.dlq',
      'destination_not_allowed',
    ],
    [
      'another flow works on it',
      [flow(), flow({ name: 'refunds', deadLetters: 'r.dlq', topic: 'orders.quarantine', quarantine: null })],
      'main',
      'orders.dlq',
      'destination_not_allowed',
    ],
    [
      'it is internal',
      [flow({ quarantine: 'sluice.ledger' })],
      'main',
      'orders.dlq',
      'destination_not_allowed',
    ],
  ] as const)('is refused: %s', (_name, flows, cluster, topic, code) =>
    expect(() => declaredQuarantine(flows, cluster, topic)).toThrow(expect.objectContaining({ code })),
  );
});
