import type { Queryable } from '../faults/control.ts';

/** What is left of the story of the first start: some orders that go well, then the faults, then a rush of orders. */
export type Incident = { calmOrders: number; burstOrders: number };

const calmOrders = 240;

/** Begins it on a new database; after a restart, goes on where it was. */
export async function openIncident(db: Queryable, burstOrders: number): Promise<Incident> {
  await db.query(
    'insert into demo_control.incident (calm_orders, burst_orders) values ($1, $2) on conflict do nothing',
    [calmOrders, burstOrders],
  );
  const { rows } = await db.query<{ calm_orders: number; burst_orders: number }>(
    'select calm_orders, burst_orders from demo_control.incident',
  );
  return { calmOrders: rows[0]?.calm_orders ?? 0, burstOrders: rows[0]?.burst_orders ?? 0 };
}

export async function saveIncident(db: Queryable, incident: Incident): Promise<void> {
  await db.query('update demo_control.incident set calm_orders = $1, burst_orders = $2', [
    incident.calmOrders,
    incident.burstOrders,
  ]);
}

/** True when the calm orders have been charged, so that every service has a normal past. */
export async function calmHasSettled(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ settled: boolean }>(
    `select (select count(*) from demo_payments.charges) >= $1
        and (select count(*) from demo_notifications.sent) >= $1 as settled`,
    [Math.floor(calmOrders * 0.85)],
  );
  return rows[0]?.settled === true;
}
