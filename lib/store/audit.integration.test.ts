import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';
import type { AuditEntry } from '#lib/domain/audit/line.ts';
import { openDatabase } from './database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const entry = (resource: string, detail: Record<string, unknown> = {}): AuditEntry => ({
  actor: 'ana',
  action: 'replay.draft',
  outcome: 'allowed',
  code: null,
  resource,
  detail,
});

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return work(client).finally(() => client.end());
}

describe('the audit log', () => {
  it('16 concurrent writers leave one chain without a fork or a gap, with time that never runs back', async () => {
    const before = await test.database.stores.audit.head();
    const databases = Array.from({ length: 4 }, () => openDatabase(test.appUrl, { maxConnections: 4 }));
    try {
      await Promise.all(
        Array.from({ length: 16 }, async (_, writer) => {
          const database = databases[writer % 4];
          for (let n = 0; n < 20; n += 1)
            await database?.transact((stores) =>
              stores.audit.append(entry(`replay/${writer}-${n}`, { writer, n })),
            );
        }),
      );
    } finally {
      await Promise.all(databases.map((database) => database.close()));
    }
    const result = await verifyChain(test.database.stores.audit);
    expect(result).toMatchObject({ ok: true, place: { seq: before.seq + 320n } });
    const lines = await test.database.stores.audit.linesAfter(before.seq, 1000);
    expect(new Set(lines.map((line) => line.resource)).size).toBe(320);
    const times = lines.map((line) => line.at);
    expect(times).toEqual([...times].sort());
  });

  it('rolls back with the change that it records', async () => {
    const before = await test.database.stores.audit.head();
    const failing = test.database.transact(async (stores) => {
      await stores.audit.append(entry('replay/rolled-back'));
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    expect(await test.database.stores.audit.head()).toEqual(before);
  });

  it('stores what Postgres could not carry as it is, and still verifies', async () => {
    const detail = { text: 'a\u0000b\ud800', __proto__x: 1, nested: { at: new Date(0), big: 2n ** 70n } };
    await test.database.transact((stores) => stores.audit.append(entry('replay/\u0000', detail)));
    expect(await verifyChain(test.database.stores.audit)).toMatchObject({ ok: true });
  });

  it('filters and pages, newest first', async () => {
    for (const n of [1, 2, 3])
      await test.database.transact((stores) => stores.audit.append(entry('replay/paged', { n })));
    const { audit } = test.database.stores;
    const first = await audit.list({ resource: 'replay/paged', actor: 'ana' }, { limit: 2, before: null });
    expect(first.map((line) => line.detail.n)).toEqual([3, 2]);
    const rest = await audit.list(
      { resource: 'replay/paged' },
      { limit: 2, before: first.at(-1)?.seq ?? null },
    );
    expect(rest.map((line) => line.detail.n)).toEqual([1]);
    expect(
      await audit.list({ resource: 'replay/paged', outcome: 'refused' }, { limit: 9, before: null }),
    ).toEqual([]);
  });

  it.each([
    "UPDATE audit_event SET actor = 'x'",
    'DELETE FROM audit_event',
    'TRUNCATE audit_event',
    'ALTER TABLE audit_event DISABLE TRIGGER ALL',
    'ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_change',
    'DROP TRIGGER audit_event_no_change ON audit_event',
    'DROP TABLE audit_event',
    'CREATE OR REPLACE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    'DELETE FROM audit_head',
    'TRUNCATE audit_head',
    'UPDATE audit_head SET seq = 0',
    'SET session_replication_role = replica',
    'SET ROLE postgres',
  ])('refuses the role that Sluice runs as: %s', async (sql) => {
    const before = await test.database.stores.audit.head();
    await withClient(test.appUrl, async (client) => {
      await expect(client.query(sql)).rejects.toThrow(
        /permission denied|must be owner|append-only|one line at a time/,
      );
    });
    expect(await test.database.stores.audit.head()).toEqual(before);
  });

  it('a line that is to be written can not be taken back before the commit, nor changed', async () => {
    const before = await test.database.stores.audit.head();
    const insert = `INSERT INTO audit_pending (actor, action, outcome, resource, detail, entry)
      VALUES ('ana', 'replay.draft', 'allowed', 'replay/taken-back', '{}', '')`;
    for (const change of ['DELETE FROM audit_pending', "UPDATE audit_pending SET actor = 'eve'"])
      await withClient(test.appUrl, async (client) => {
        await client.query('BEGIN');
        await client.query(insert);
        await expect(client.query(change)).rejects.toThrow(/append-only|permission denied/);
        await client.query('ROLLBACK');
      });
    expect(await test.database.stores.audit.head()).toEqual(before);
  });

  it('is written in the order of commits, and nobody waits for who has not committed', async () => {
    await test.database.transact(async (slow) => {
      await slow.audit.append(entry('replay/slow'));
      await test.database.transact((quick) => quick.audit.append(entry('replay/quick')));
    });
    const lines = await test.database.stores.audit.list({}, { limit: 2, before: null });
    expect(lines.map(({ resource }) => resource)).toEqual(['replay/slow', 'replay/quick']);
  });

  it('refuses even the owner, short of taking the triggers away', async () => {
    await withClient(test.ownerUrl, async (client) => {
      await expect(client.query("UPDATE audit_event SET actor = 'x'")).rejects.toThrow('append-only');
      await expect(client.query('DELETE FROM audit_event')).rejects.toThrow('append-only');
      await expect(client.query('TRUNCATE audit_event')).rejects.toThrow('append-only');
    });
  });

  it('tells of an owner who took the triggers away', async () => {
    const edit = (sql: string) =>
      withClient(test.ownerUrl, async (client) => {
        await client.query('BEGIN; SET LOCAL session_replication_role = replica');
        await client.query(sql);
        await client.query('COMMIT');
      });
    const { audit } = test.database.stores;
    await edit("UPDATE audit_event SET actor = 'vera' WHERE seq = 7");
    expect(await verifyChain(audit)).toMatchObject({
      ok: false,
      seq: 7n,
      what: expect.stringContaining('column'),
    });
    await edit("UPDATE audit_event SET actor = 'ana' WHERE seq = 7");
    expect(await verifyChain(audit)).toMatchObject({ ok: true });
    const head = await audit.head();
    await edit(`DELETE FROM audit_event WHERE seq = ${head.seq}`);
    expect(await verifyChain(audit)).toMatchObject({ ok: false, seq: head.seq });
  });
});
