import { randomUUID } from 'node:crypto';
import type pg from 'pg';

export type ChargeRequest = { idempotencyKey: string; orderId: string; amount: number; currency: string };
export type Charge = { chargeId: string; chargedAt: string; repeated: boolean };

/**
 * The provider's own books: a row for each charge that it truly made. The first request of a key makes the charge,
 * every later one is answered with that same charge and counted.
 */
export async function charge(pool: pg.Pool, request: ChargeRequest): Promise<Charge> {
  const { rows } = await pool.query<{ charge_id: string; charged_at: Date }>(
    `with claimed as (
       insert into demo_provider.idempotency (idempotency_key, charge_id) values ($1, $2)
       on conflict (idempotency_key) do nothing returning idempotency_key, charge_id
     )
     insert into demo_provider.charges (charge_id, idempotency_key, order_id, amount, currency)
     select charge_id, idempotency_key, $3, $4, $5 from claimed
     returning charge_id, charged_at`,
    [request.idempotencyKey, `ch-${randomUUID()}`, request.orderId, request.amount, request.currency],
  );
  const made = rows[0];
  if (made) return { chargeId: made.charge_id, chargedAt: made.charged_at.toISOString(), repeated: false };

  const earlier = await pool.query<{ charge_id: string; charged_at: Date }>(
    `with repeated as (
       update demo_provider.idempotency set requests = requests + 1 where idempotency_key = $1 returning charge_id
     )
     select charge_id, charged_at from demo_provider.charges join repeated using (charge_id)`,
    [request.idempotencyKey],
  );
  const first = earlier.rows[0];
  if (!first) throw new Error(`The idempotency key ${request.idempotencyKey} is taken but has no charge.`);
  return { chargeId: first.charge_id, chargedAt: first.charged_at.toISOString(), repeated: true };
}

/** The charge that was made under a key; null when there is none. */
export async function chargeOf(
  pool: pg.Pool,
  idempotencyKey: string,
): Promise<{ chargeId: string; status: 'charged' } | null> {
  const { rows } = await pool.query<{ charge_id: string }>(
    'select charge_id from demo_provider.charges where idempotency_key = $1 limit 1',
    [idempotencyKey],
  );
  return rows[0] ? { chargeId: rows[0].charge_id, status: 'charged' } : null;
}

/** Accepts a message once per key. */
export async function acceptMessage(
  pool: pg.Pool,
  idempotencyKey: string,
  recipient: string,
): Promise<string> {
  const { rows } = await pool.query<{ message_id: string }>(
    `insert into demo_provider.messages (idempotency_key, message_id, recipient) values ($1, $2, $3)
     on conflict (idempotency_key) do update set recipient = excluded.recipient returning message_id`,
    [idempotencyKey, `msg-${randomUUID()}`, recipient],
  );
  const accepted = rows[0];
  if (!accepted) throw new Error(`The message ${idempotencyKey} was neither stored nor found.`);
  return accepted.message_id;
}
