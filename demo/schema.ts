import type pg from 'pg';

/**
 * A schema for each service. The keys are chosen so that a redelivery after a crash changes nothing while a true
 * duplicate still shows: see README.md, "What the sinks show".
 */
const statements = `
create schema if not exists demo_control;
create sequence if not exists demo_control.revision;
create table if not exists demo_control.faults (
  name text primary key,
  enabled boolean not null,
  revision bigint not null,
  changed_at timestamptz not null default now(),
  applied_revision bigint not null default 0,
  applied_at timestamptz
);
create table if not exists demo_control.instance (
  only_row boolean primary key default true check (only_row),
  pid integer not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now()
);
create table if not exists demo_control.incident (
  only_row boolean primary key default true check (only_row),
  calm_orders integer not null,
  burst_orders integer not null
);

create schema if not exists demo_provider;
create table if not exists demo_provider.idempotency (
  idempotency_key text primary key,
  charge_id text not null,
  requests integer not null default 1
);
create table if not exists demo_provider.charges (
  charge_id text primary key,
  idempotency_key text not null,
  order_id text not null,
  amount numeric(12, 2) not null,
  currency text not null,
  charged_at timestamptz not null default now()
);
create index if not exists charges_order_id on demo_provider.charges (order_id);
create table if not exists demo_provider.messages (
  idempotency_key text primary key,
  message_id text not null,
  recipient text not null,
  accepted_at timestamptz not null default now()
);

create schema if not exists demo_payments;
create table if not exists demo_payments.charges (
  charge_id text primary key,
  order_id text not null,
  idempotency_key text not null,
  amount numeric(12, 2) not null,
  currency text not null,
  charged_at timestamptz not null,
  source_topic text not null,
  source_partition integer not null,
  source_offset bigint not null
);
create index if not exists charges_order_id on demo_payments.charges (order_id);

create schema if not exists demo_inventory;
create table if not exists demo_inventory.reservations (
  topic text not null,
  partition integer not null,
  record_offset bigint not null,
  order_id text not null,
  sku text not null,
  quantity integer not null,
  reserved_at timestamptz not null,
  primary key (topic, partition, record_offset)
);
create index if not exists reservations_order_id on demo_inventory.reservations (order_id);

create schema if not exists demo_notifications;
create table if not exists demo_notifications.sent (
  message_id text primary key,
  order_id text not null,
  recipient text not null,
  sent_at timestamptz not null default now()
);

create schema if not exists demo_analytics;
create table if not exists demo_analytics.progress (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
create table if not exists demo_analytics.windows (
  window_start timestamptz not null,
  region text not null,
  orders bigint not null,
  revenue numeric(14, 2) not null,
  primary key (window_start, region)
);

create schema if not exists demo_fraud;
create table if not exists demo_fraud.scores (
  order_id text primary key,
  score numeric(4, 3) not null,
  deliveries integer not null default 1,
  scored_at timestamptz not null default now()
);
`;

/** Safe to run at every start, and by two starts at once. */
export async function ensureSchema(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('sluice demo schema'))");
    await client.query(statements);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
