import { describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { clusterName, flowName, topicName } from '../kernel/brand.ts';
import type { Boundary, Flow } from './flow.ts';
import { defaultPolicy } from './policy.ts';
import { boundaryOf, flowUnderReceivers, receivingFlows, refusedWithoutFlow } from './receivers.ts';

const flow = (
  name: string,
  topic: string,
  boundary: Partial<Boundary> = {},
  more: Partial<Flow> = {},
): Flow => ({
  ...{ name: flowName(name), cluster: clusterName('main'), owner: {}, topic: topicName(topic) },
  ...{ groups: [], retryTopics: [], deadLetters: null, quarantine: null, mask: [] },
  boundary: { ...plainBoundary, ...boundary },
  objectives: { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
  policy: defaultPolicy,
  ...more,
});
const charge = { what: 'charges a card', external: true, idempotencyKey: 'key', probe: null };
const parcel = { what: 'ships a parcel', external: true, idempotencyKey: null, probe: null };
const payments = flow(
  'payments',
  'orders',
  { effects: [charge] },
  { retryTopics: [topicName('orders.retry')] },
);
const stock = flow('stock', 'orders', { replay: 'conditional', ordering: { key: 'sku', required: true } });
const shipping = flow('shipping', 'parcels', { replay: 'never', effects: [parcel] });
const elsewhere = flow('elsewhere', 'orders', {}, { cluster: clusterName('other') });
const all = [payments, stock, shipping, elsewhere];
const to = (kind: 'retry' | 'origin' | 'topic' | 'quarantine', topic: string) => ({
  cluster: 'main',
  kind,
  topic,
});
const names = (flows: readonly Flow[]) => flows.map(({ name }) => name as string);

describe('who receives what is sent', () => {
  it('every flow of the cluster whose topic or retry topic it is; nobody in a quarantine', () => {
    expect(names(receivingFlows(all, to('origin', 'orders')))).toEqual(['payments', 'stock']);
    expect(names(receivingFlows(all, to('retry', 'orders.retry')))).toEqual(['payments']);
    expect(names(receivingFlows(all, to('topic', 'parcels')))).toEqual(['shipping']);
    expect(receivingFlows(all, to('quarantine', 'orders'))).toEqual([]);
  });
});

describe('the boundary that a replay has to pass', () => {
  it('is the flow’s own where nobody else receives', () => {
    expect(boundaryOf(payments, [payments])).toBe(payments.boundary);
    expect(flowUnderReceivers(payments, all, to('retry', 'orders.retry'))).toEqual(payments);
    expect(flowUnderReceivers(null, all, to('topic', 'parcels'))).toBeNull();
  });

  it('has the effects of all, the order that one requires, and the strictest word about replays', () => {
    expect(boundaryOf(stock, [payments, stock])).toMatchObject({
      ...{ replay: 'conditional', effects: [charge], ordering: { key: 'sku', required: true } },
    });
    expect(boundaryOf(payments, [stock])).toMatchObject({
      replay: 'conditional',
      ordering: { required: true },
    });
    expect(flowUnderReceivers(payments, all, to('topic', 'parcels'))?.boundary).toMatchObject({
      ...{ replay: 'never', effects: [charge, parcel] },
    });
  });

  it('an effect that two of them declare is one', () => {
    expect(boundaryOf(payments, [flow('again', 'orders', { effects: [{ ...charge }] })]).effects).toEqual([
      charge,
    ]);
  });
});

describe('a source that no flow declares', () => {
  it('may not be sent where a flow says never, or has effects outside', () => {
    expect(refusedWithoutFlow(all, to('topic', 'parcels'))).toContain(
      'shipping, which declares: never replay',
    );
    expect(refusedWithoutFlow(all, to('topic', 'orders.retry'))).toContain('charges a card');
    expect(refusedWithoutFlow([stock], to('topic', 'orders'))).toBeNull();
    expect(refusedWithoutFlow(all, to('topic', 'nobodys'))).toBeNull();
  });
});
