import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, KafkaMessage, Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoGround } from '#fixtures/demo.ts';
import { testConsumer, testKafka, testProducer } from '#fixtures/kafka.ts';
import { topologyOf } from './topology.ts';

type Letter = { partition: number; message: KafkaMessage; exceptionClass: string };
type Ground = Awaited<ReturnType<typeof createDemoGround>>;

let ground: Ground;
let admin: Admin;
let producer: Producer;

beforeAll(async () => {
  ground = await createDemoGround();
  admin = testKafka().admin();
  producer = testProducer();
  await Promise.all([admin.connect(), producer.connect()]);
});
afterAll(async () => {
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  await ground.remove();
});

async function eventually<Value>(what: string, withinMs: number, probe: () => Promise<Value | null | false>) {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== false) return found;
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(250);
  }
}

const endOf = async (topic: string): Promise<number> => {
  if (!(await admin.listTopics()).includes(topic)) return 0;
  return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
};
const lagOf = async (groupId: string, topic: string) => {
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
  );
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const offsets = committed?.partitions ?? [];
  return {
    lag: offsets.reduce(
      (sum, { partition, offset }) => sum + (ends.get(partition) ?? 0) - Math.max(0, Number(offset)),
      0,
    ),
    committed: offsets.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0),
  };
};

/** Every dead letter of payments that is there now. */
async function paymentLetters(): Promise<Letter[]> {
  const { topics } = topologyOf(ground.prefix);
  const consumer = testConsumer(`${ground.prefix}reader-${Math.random()}`, { maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topics.paymentsDeadLetters], fromBeginning: true });
  const wanted = await endOf(topics.paymentsDeadLetters);
  const letters: Letter[] = [];
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      const header = message.headers?.['kafka_dlt-exception-cause-fqcn'];
      letters.push({ partition, message, exceptionClass: String(header).split('.').at(-1) ?? '' });
    },
  });
  await eventually('all dead letters read', 60_000, async () => letters.length >= wanted);
  await consumer.disconnect();
  return letters;
}

/** As a replay does it: without the failure headers. */
const replay = (letters: Letter[], replayId: string) =>
  producer.send({
    topic: topologyOf(ground.prefix).topics.paymentsRetry,
    messages: letters.map(({ message: { key, value, headers = {} } }) => ({
      key,
      value,
      headers: {
        ...Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('kafka_dlt-'))),
        'sluice-replay-id': replayId,
      },
    })),
  });
const cameBack = async (replayId: string) =>
  (await paymentLetters()).filter(
    ({ message }) => String(message.headers?.['sluice-replay-id']) === replayId,
  );
const count = async (sql: string, ...values: unknown[]): Promise<number> =>
  Number((await ground.pool.query<{ count: string }>(sql, values)).rows[0]?.count);

it('runs an incident that can be seen, mended, replayed and broken again', { timeout: 420_000 }, async () => {
  const { topics, groups } = topologyOf(ground.prefix);
  const demo = ground.start(900);
  await eventually('the incident begins', 120_000, async () => demo.output().includes('payments on'));

  const letters = await eventually('500 dead letters in 4 classes', 120_000, async () => {
    const ends = await Promise.all(
      [
        topics.paymentsDeadLetters,
        topics.inventoryDeadLetters,
        topics.fraudDeadLetters,
        topics.analyticsDeadLetters,
      ].map(endOf),
    );
    if (ends.some((end) => end === 0) || ends.reduce((sum, end) => sum + end) < 500) return null;
    const found = await paymentLetters();
    return new Set(found.map(({ exceptionClass }) => exceptionClass)).size >= 4 ? found : null;
  });
  expect([...new Set(letters.map(({ exceptionClass }) => exceptionClass))].sort()).toEqual([
    'CardDeclinedException',
    'ContractViolationException',
    'PaymentTimeoutException',
    'ProviderUnavailableException',
  ]);
  const ofClass = (name: string) => letters.filter(({ exceptionClass }) => exceptionClass === name);
  const unavailable = ofClass('ProviderUnavailableException').slice(0, 60);
  const timedOut = ofClass('PaymentTimeoutException').slice(0, 10);

  // One group behind, one stalled with its member still there.
  expect((await lagOf(groups.payments, topics.orders)).lag).toBeGreaterThan(0);
  const stalled = await lagOf(groups.notifications, topics.orders);
  expect(stalled.committed).toBeGreaterThan(0);

  // A replay before the fix comes back, and carries the replay's headers.
  await replay(unavailable.slice(0, 5), 'before');
  await eventually(
    'the early replay comes back',
    60_000,
    async () => (await cameBack('before')).length === 5,
  );
  // The shop sends on, many orders at a time.
  const again = await eventually('more orders wait for the stalled group', 20_000, async () => {
    const now = await lagOf(groups.notifications, topics.orders);
    return now.lag > stalled.lag ? now : null;
  });
  expect(again.committed).toBe(stalled.committed);
  expect((await admin.describeGroups([groups.notifications])).groups[0]?.members).toHaveLength(1);

  // After the fix nothing new of the kind arrives, and a replay is consumed past, each order charged once.
  expect(await ground.command('heal', 'payments')).toMatchObject({ code: 0 });
  const atHeal = (await paymentLetters()).filter((letter) =>
    letter.exceptionClass.startsWith('Provider'),
  ).length;
  await replay([...unavailable, ...timedOut], 'after');
  const orderIds = [...unavailable, ...timedOut].map(({ message }) => String(message.key));
  await eventually('every replayed order is in the sink', 60_000, async () => {
    const sql = 'select count(*) from demo_payments.charges where order_id = any($1)';
    return (await count(sql, orderIds)) === orderIds.length;
  });
  await eventually('payments has caught up', 60_000, async () => {
    const { lag } = await lagOf(groups.payments, topics.orders);
    return lag < 20;
  });
  expect(await cameBack('after')).toEqual([]);
  const later = (await paymentLetters()).filter((letter) =>
    letter.exceptionClass.startsWith('Provider'),
  ).length;
  expect(later).toBe(atHeal);

  // The bad release: refused until it is healed, understood afterwards.
  expect(await ground.command('heal', 'contract')).toMatchObject({ code: 0 });
  await replay(ofClass('ContractViolationException').slice(0, 20), 'contract');
  expect(await ground.command('heal', 'stall')).toMatchObject({ code: 0 });
  await eventually('notifications has caught up', 60_000, async () => {
    const { lag } = await lagOf(groups.notifications, topics.orders);
    return lag < 20;
  });
  expect(await cameBack('contract')).toEqual([]);
  expect(await ground.command('break', 'payments')).toMatchObject({ code: 0 });
  expect(await ground.command('break', 'payments')).toMatchObject({ code: 0 });

  const provider = Number(/demo provider: pid (\d+)/.exec(demo.output())?.[1]);
  expect(await demo.end('SIGTERM')).toBe(0);
  expect(() => process.kill(provider, 0)).toThrow('ESRCH');
  expect(await ground.command('heal', 'stall')).toMatchObject({
    code: 1,
    output: expect.stringContaining('the demo is not running'),
  });

  // It goes on where it was: the fault still on, no second rush of orders, and it ends with its launcher.
  const ordersBefore = await endOf(topics.orders);
  const second = ground.start(900);
  await eventually('the demo runs again', 60_000, async () => second.output().includes('demo faults: '));
  const status = await ground.command('status');
  expect(status).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^payments +on .*\ncontract +off /),
  });
  expect((await endOf(topics.orders)) - ordersBefore).toBeLessThan(200);
  expect(await second.end('disconnect')).toBe(0);

  // In the provider's own books, and in ours: no order twice. In the reservations: nothing of a record twice.
  const twice =
    'select count(*) from (select order_id from %s group by order_id having count(*) > 1) as twice';
  expect(await count(twice.replace('%s', 'demo_provider.charges'))).toBe(0);
  expect(await count(twice.replace('%s', 'demo_payments.charges'))).toBe(0);
  expect(
    await count(
      `select count(*) from (
         select order_id from demo_inventory.reservations group by order_id having count(*) > 3) as twice`,
    ),
  ).toBe(0);
});

it('tells a wrong command from one that failed', async () => {
  expect(await ground.command('heal', 'everything')).toMatchObject({
    code: 2,
    output: expect.stringContaining('payments  the payment provider is down'),
  });
  expect((await ground.command()).code).toBe(2);
});
