import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../log.ts';

export type ChargeAnswer =
  | { kind: 'charged'; chargeId: string; chargedAt: string }
  | { kind: 'declined'; reason: string }
  | { kind: 'unavailable' }
  | { kind: 'timed_out' };

export type MessageAnswer = { kind: 'accepted'; messageId: string } | { kind: 'rejected' };

type Reply = { status: number; body: Readonly<Record<string, unknown>> };

const requestTimeoutMs = 10_000;
const connectionAttempts = 8;

/**
 * Asks the provider. An idempotency key goes with every request, so a request whose connection broke is simply sent
 * again. What is not an answer of the provider (its process gone, an internal error) is thrown: then the record comes
 * again, it is not a dead letter.
 */
export function createProviderClient(baseUrl: () => Promise<string>) {
  async function post(path: string, idempotencyKey: string, body: unknown): Promise<Reply> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await fetch(`${await baseUrl()}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(requestTimeoutMs),
        });
        return { status: response.status, body: (await response.json()) as Reply['body'] };
      } catch (error) {
        if (attempt === connectionAttempts)
          throw new Error(`No answer from the provider after ${attempt} attempts: ${reasonOf(error)}`);
        await sleep(100 * attempt);
      }
    }
  }
  const unexpected = (path: string, { status, body }: Reply) =>
    new Error(`The provider answered ${status} ${String(body.code)} to ${path}.`);

  return {
    async charge(order: {
      orderId: string;
      amount: number;
      currency: string;
      cardToken: string;
    }): Promise<ChargeAnswer> {
      const reply = await post('/charges', order.orderId, order);
      if (reply.status === 200 || reply.status === 201)
        return {
          kind: 'charged',
          chargeId: String(reply.body.chargeId),
          chargedAt: String(reply.body.chargedAt),
        };
      if (reply.status === 402) return { kind: 'declined', reason: String(reply.body.reason) };
      if (reply.status === 503) return { kind: 'unavailable' };
      if (reply.status === 504) return { kind: 'timed_out' };
      throw unexpected('/charges', reply);
    },
    async sendMessage(orderId: string, recipient: string): Promise<MessageAnswer> {
      const reply = await post('/messages', orderId, { recipient });
      if (reply.status === 202) return { kind: 'accepted', messageId: String(reply.body.messageId) };
      if (reply.status === 422) return { kind: 'rejected' };
      throw unexpected('/messages', reply);
    },
  };
}

export type ProviderClient = ReturnType<typeof createProviderClient>;
