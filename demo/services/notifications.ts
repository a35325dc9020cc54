import type { FailedRecord, Failure } from '../dead-letters/failure.ts';
import { smallryeHeaders } from '../dead-letters/smallrye.ts';
import { createDeadLetterWriter } from '../dead-letters/writer.ts';
import { createConsumerLoop } from '../kafka/consumer-loop.ts';
import { readOrder } from '../orders/order.ts';
import { mapByKey } from './by-key.ts';
import type { Service, ServiceDeps } from './service.ts';

type Sent = { messageId: string; orderId: string; recipient: string };
type Outcome = { kind: 'sent'; sent: Sent } | { kind: 'failed'; record: FailedRecord; failure: Failure };

const chunkRecords = 100;
const concurrentMessages = 16;

/** Tells customers by mail that their order has come in, through a provider, with the order's id as idempotency key. */
export function createNotifications({ kafkaOf, pool, topology, provider, faults }: ServiceDeps): Service {
  const { topics, groups } = topology;

  async function notify(record: FailedRecord): Promise<Outcome> {
    const failed = (exceptionClass: string, message: string): Outcome => ({
      kind: 'failed',
      record,
      failure: { exceptionClass: `com.example.notifications.${exceptionClass}`, message, frames: [] },
    });
    const read = readOrder(record.value, { acceptBadRelease: !faults.contract });
    if (!read.ok) return failed('InvalidOrderException', read.problem);
    const { orderId, email } = read.order;
    const answer = await provider.sendMessage(orderId, email);
    return answer.kind === 'accepted'
      ? { kind: 'sent', sent: { messageId: answer.messageId, orderId, recipient: email } }
      : failed('MailboxUnavailableException', `550 mailbox ${email} is unavailable, order ${orderId}`);
  }

  async function recordSent(sent: readonly Sent[]): Promise<void> {
    if (sent.length === 0) return;
    await pool.query(
      `insert into demo_notifications.sent (message_id, order_id, recipient)
       select * from unnest($1::text[], $2::text[], $3::text[]) on conflict (message_id) do nothing`,
      [
        sent.map(({ messageId }) => messageId),
        sent.map(({ orderId }) => orderId),
        sent.map(({ recipient }) => recipient),
      ],
    );
  }

  const loop = createConsumerLoop({
    kafkaOf,
    groupId: groups.notifications,
    topics: [topics.orders, topics.notificationsRetry],
    members: 1,
    chunkRecords,
    autoCommit: true,
    // Stalled: its partitions are held, so it goes on sending heartbeats and never commits.
    admit: () => (faults.stall ? { records: 0, restMs: 0 } : { records: chunkRecords, restMs: 0 }),
    open: async () => {
      const deadLetters = createDeadLetterWriter(
        kafkaOf(groups.notifications),
        topics.notificationsDeadLetters,
      );
      return {
        close: deadLetters.close,
        async handle({ records }) {
          const outcomes = await mapByKey(records, ({ offset }) => offset, concurrentMessages, notify);
          await recordSent(outcomes.flatMap((outcome) => (outcome.kind === 'sent' ? [outcome.sent] : [])));
          await deadLetters.write(
            outcomes.flatMap((outcome) =>
              outcome.kind === 'failed'
                ? [{ record: outcome.record, headers: smallryeHeaders(outcome.record, outcome.failure) }]
                : [],
            ),
          );
        },
      };
    },
  });
  return {
    start: loop.start,
    stop: loop.stop,
    async settle() {
      await loop.settle();
      loop.release();
    },
  };
}
