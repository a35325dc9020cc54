import { describe, expect, it } from 'vitest';
import { declaredFlow, demoFlows } from '#fixtures/declared-flows.ts';
import { clusterName, topicName } from '../../kernel/brand.ts';
import type { Flow } from '../flow.ts';
import { buildFlowMap } from './build-map.ts';
import { marksOf } from './marks-of.ts';

const edgesOf = (flows: readonly Flow[]) => {
  const { nodes, edges } = buildFlowMap(flows);
  const nameOf = new Map(nodes.map(({ id, name }) => [id, name]));
  return edges.map(({ kind, from, to }) => `${kind}: ${nameOf.get(from)} > ${nameOf.get(to)}`);
};

describe('the map of declared flows', () => {
  it('has every part of a flow once, and an edge for everything that moves', () => {
    const flow = declaredFlow('pay', {
      boundary: {
        effects: [
          {
            ...{ what: 'charges a card', external: true, idempotencyKey: 'key' },
            probe: { name: 'provider', asks: 'GET /{key}' },
          },
        ],
      },
    });
    expect(edgesOf([flow])).toEqual([
      'consumes: pay.v1 > pay-service',
      'effect: pay-service > charges a card',
      'asks: charges a card > provider',
      'retries: pay-service > pay.v1.pay.retry',
      'dead_letters: pay-service > pay.v1.pay.dlq',
      'quarantines: pay.v1.pay.dlq > pay.v1.pay.quarantine',
    ]);
    expect(buildFlowMap([flow]).nodes.map(({ kind }) => kind)).toEqual([
      'topic',
      'group',
      'effect',
      'provider',
      'retry',
      'dead_letters',
      'quarantine',
    ]);
  });

  it('shares what flows share, by cluster, and says whose it is', () => {
    const topic = topicName('orders');
    const deadLetters = topicName('all.dlq');
    const [a, b] = [declaredFlow('a', { topic, deadLetters }), declaredFlow('b', { topic, deadLetters })];
    const { nodes } = buildFlowMap([a, b, { ...b, cluster: clusterName('other') }]);
    const flowsOf = (id: string) => nodes.find((node) => node.id === id)?.flows;
    expect(flowsOf('topic main orders')).toEqual(['a', 'b']);
    expect(flowsOf('topic main all.dlq')).toEqual(['a', 'b']);
    expect(flowsOf('topic other orders')).toEqual(['b']);
  });

  it('takes a topic that is one flow’s dead letters and another’s input for dead letters', () => {
    const first = declaredFlow('first');
    const { nodes } = buildFlowMap([
      declaredFlow('second', { topic: topicName('first.v1.first.dlq') }),
      first,
    ]);
    expect(nodes.find(({ name }) => name === 'first.v1.first.dlq')?.kind).toBe('dead_letters');
  });

  it('joins flows where a delivery names another flow’s topic, and nowhere else', () => {
    const delivery = 'exactly-once into next.v1, for read_committed readers';
    const next = declaredFlow('next');
    expect(edgesOf([declaredFlow('a', { boundary: { delivery } }), next])).toContain(
      'writes: a-service > next.v1',
    );
    for (const other of ['into next.v1x', 'exactly-once into Postgres', 'at-least-once, see next.v1'])
      expect(edgesOf([declaredFlow('a', { boundary: { delivery: other } }), next]).join()).not.toContain(
        'writes',
      );
  });

  it('draws a flow without a group, and one without a dead-letter topic', () => {
    expect(edgesOf([declaredFlow('g', { groups: [], retryTopics: [] })])).toEqual([
      'dead_letters: g.v1 > g.v1.g.dlq',
      'quarantines: g.v1.g.dlq > g.v1.g.quarantine',
    ]);
    expect(edgesOf([declaredFlow('d', { deadLetters: null, retryTopics: [] })])).toEqual([
      'consumes: d.v1 > d-service',
      'quarantines: d-service > d.v1.d.quarantine',
    ]);
  });

  it('marks what changes at each boundary of the demo', async () => {
    const { boundaries } = buildFlowMap(await demoFlows());
    expect(Object.fromEntries(boundaries.map(({ flow, marks }) => [flow, marks.join()]))).toEqual({
      payments: 'provider',
      inventory: 'internal',
      reservations: 'idempotent_sink',
      notifications: 'provider',
      analytics: 'event_time',
      fraud: 'idempotent_sink',
    });
  });

  it.each<[string, Partial<Flow['boundary']>, string[]]>([
    [
      'an external effect in event time',
      { effects: [{ what: 'x', external: true, idempotencyKey: null, probe: null }], time: 'event' },
      ['provider', 'event_time'],
    ],
    ['transactional, never replayed', { state: 'transactional', replay: 'never' }, ['undeclared']],
    ['external state without a key', { state: 'external' }, ['undeclared']],
    [
      'external state with a key for its effect',
      { state: 'external', effects: [{ what: 'x', external: false, idempotencyKey: 'key', probe: null }] },
      ['idempotent_sink'],
    ],
    ['nothing said', {}, ['undeclared']],
  ])('%s', (_, boundary, marks) => {
    expect(marksOf(declaredFlow('x', { boundary }))).toEqual(marks);
  });
});
