import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, Producer } from 'kafkajs';
import { startIncident } from '../faults/control.ts';
import { producerOf } from '../kafka/client.ts';
import { log, reasonOf } from '../log.ts';
import type { Service, ServiceDeps } from '../services/service.ts';
import { calmHasSettled, type Incident, openIncident, saveIncident } from './incident.ts';
import { breakContract, createOrderIds, isFromBadRelease, makeOrder } from './make-order.ts';

/** While the story is told. */
const tickMs = 250;
const burstPerTick = 50;
/**
 * Ten orders a second afterwards, many at a time: six groups do as much for three orders as for thirty. No divisor of a look every 2 s, which would
 * otherwise come at the same moment between two ticks for minutes.
 */
const steady = { orders: 17, everyMs: 1700 } as const;
const calmWaitMs = 10_000;

export function orderMessage(orderId: string, nowMs: number, badRelease: boolean): Message {
  const order = makeOrder(orderId, nowMs);
  const broken = badRelease && isFromBadRelease(orderId);
  return {
    key: orderId,
    value: JSON.stringify(broken ? breakContract(order) : order),
    timestamp: String(nowMs),
    headers: {
      'content-type': 'application/json',
      'x-producer-version': broken ? 'shop-4.18.0' : 'shop-4.17.2',
      'x-correlation-id': `req-${orderId.slice('ord-'.length)}`,
    },
  };
}

/** The shop: sends orders, and tells the story of the first start. */
export function createStorefront(
  { kafkaOf, pool, topology, faults }: ServiceDeps,
  plannedBurst: number,
): Service {
  const kafka = kafkaOf('shop');
  const nextId = createOrderIds(Date.now);
  const stopped = new AbortController();
  let producer: Producer | null = null;
  let running = Promise.resolve();
  let underWay: Promise<unknown> = Promise.resolve();

  async function send(count: number): Promise<void> {
    if (!producer) {
      const fresh = producerOf(kafka);
      await fresh.connect();
      producer = fresh;
    }
    const nowMs = Date.now();
    const messages = Array.from({ length: count }, () => orderMessage(nextId(), nowMs, faults.contract));
    await producer.send({ topic: topology.topics.orders, messages });
  }

  const isTelling = ({ calmOrders, burstOrders }: Incident) => calmOrders > 0 || burstOrders > 0;

  /** How many orders this tick sends; takes them off what is left of the story. */
  function next(incident: Incident): number {
    if (!isTelling(incident)) return steady.orders;
    if (incident.calmOrders > 0) {
      const count = Math.min(burstPerTick, incident.calmOrders);
      incident.calmOrders -= count;
      return count;
    }
    const count = Math.min(burstPerTick, incident.burstOrders);
    incident.burstOrders -= count;
    return count;
  }

  async function awaitCalm(): Promise<void> {
    const until = Date.now() + calmWaitMs;
    while (Date.now() < until && !stopped.signal.aborted && !(await calmHasSettled(pool)))
      await pause(tickMs);
    await startIncident(pool);
  }
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal }).catch(() => undefined); // woken by stop

  async function run(): Promise<void> {
    const incident = await openIncident(pool, plannedBurst);
    while (!stopped.signal.aborted) {
      try {
        const telling = isTelling(incident);
        const wasCalm = incident.calmOrders > 0;
        underWay = send(next(incident));
        await underWay;
        if (wasCalm && incident.calmOrders === 0) await awaitCalm();
        if (telling) await saveIncident(pool, incident);
      } catch (error) {
        log('shop', `could not send orders, trying on: ${reasonOf(error)}`);
        const dropped = producer;
        producer = null;
        await dropped
          ?.disconnect()
          .catch((failed) => log('shop', `did not close cleanly: ${reasonOf(failed)}`));
        await pause(1000);
      }
      await pause(isTelling(incident) ? tickMs : steady.everyMs);
    }
    await producer?.disconnect();
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopped.abort();
      await running;
    },
    async settle() {
      await underWay.catch(() => undefined); // reported where it is sent
    },
  };
}
