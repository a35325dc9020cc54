import type pg from 'pg';
import { type FaultName, faultNames, isFaultName } from './fault.ts';

/** Anything that can query: a pool in the demo, one client in the command line. */
export type Queryable = Pick<pg.Pool, 'query'>;

export type FaultRow = {
  name: FaultName;
  enabled: boolean;
  revision: bigint;
  appliedRevision: bigint;
  changedAt: Date;
};

/** Faults that were never set have no row. */
export async function readFaults(db: Queryable): Promise<FaultRow[]> {
  const { rows } = await db.query<Record<string, unknown>>(
    'select name, enabled, revision, applied_revision, changed_at from demo_control.faults order by name',
  );
  return rows.flatMap(({ name, enabled, revision, applied_revision, changed_at }) =>
    typeof name === 'string' && isFaultName(name)
      ? [
          {
            name,
            enabled: enabled === true,
            revision: BigInt(String(revision)),
            appliedRevision: BigInt(String(applied_revision)),
            changedAt: changed_at instanceof Date ? changed_at : new Date(String(changed_at)),
          },
        ]
      : [],
  );
}

/** Asks the running demo for a state; repeating it asks again. Returns the revision that its acknowledgement will reach. */
export async function requestFault(db: Queryable, name: FaultName, enabled: boolean): Promise<bigint> {
  const { rows } = await db.query<{ revision: string }>(
    `insert into demo_control.faults (name, enabled, revision)
     values ($1, $2, nextval('demo_control.revision'))
     on conflict (name) do update set enabled = excluded.enabled, revision = excluded.revision,
       changed_at = case when faults.enabled = excluded.enabled then faults.changed_at else now() end
     returning revision`,
    [name, enabled],
  );
  return BigInt(rows[0]?.revision ?? '0');
}

/** The incident of the first start; a fault that somebody has set by then is left as it was set. */
export async function startIncident(db: Queryable): Promise<void> {
  await db.query(
    `insert into demo_control.faults (name, enabled, revision)
     select name, true, nextval('demo_control.revision') from unnest($1::text[]) as name
     on conflict (name) do nothing`,
    [faultNames],
  );
}

/** Says that the running services have taken a request over. */
export async function acknowledge(db: Queryable, rows: readonly FaultRow[]): Promise<void> {
  await db.query(
    `update demo_control.faults set applied_revision = seen.revision, applied_at = now()
     from unnest($1::text[], $2::bigint[]) as seen (name, revision) where faults.name = seen.name`,
    [rows.map(({ name }) => name), rows.map(({ revision }) => String(revision))],
  );
}

export type Instance = { pid: number; heartbeatAgeMs: number };

/** The demo that last used this database; null when it has ended properly. */
export async function readInstance(db: Queryable): Promise<Instance | null> {
  const { rows } = await db.query<{ pid: number; age: string }>(
    'select pid, extract(epoch from now() - heartbeat_at) * 1000 as age from demo_control.instance',
  );
  const row = rows[0];
  return row ? { pid: row.pid, heartbeatAgeMs: Number(row.age) } : null;
}

export async function beat(db: Queryable, pid: number): Promise<void> {
  await db.query(
    `insert into demo_control.instance (pid) values ($1)
     on conflict (only_row) do update set heartbeat_at = now(), pid = excluded.pid,
       started_at = case when instance.pid = excluded.pid then instance.started_at else now() end`,
    [pid],
  );
}

export async function signOff(db: Queryable, pid: number): Promise<void> {
  await db.query('delete from demo_control.instance where pid = $1', [pid]);
}
