import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { simpleQuery } from './simple-query.ts';

let test: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.drop();
});

async function rowsOf(statement: string): Promise<(readonly (string | null)[])[]> {
  const rows: (readonly (string | null)[])[] = [];
  await simpleQuery(client, statement, { onRow: (fields) => rows.push(fields) });
  return rows;
}

it('hands on each row as text', async () => {
  expect(await rowsOf(`SELECT n, NULL, 'é' FROM generate_series(1, 2) n`)).toEqual([
    ['1', null, 'é'],
    ['2', null, 'é'],
  ]);
});

it('tells what a handler throws, once, and leaves the connection as it was', async () => {
  let seen = 0;
  const failing = simpleQuery(client, 'SELECT generate_series(1, 3)', {
    onRow() {
      seen++;
      throw new Error('unreadable row');
    },
  });
  await expect(failing).rejects.toThrow('unreadable row');
  expect(seen).toBe(1);
  expect(await rowsOf('SELECT 1')).toEqual([['1']]);
});

it('rejects with what the server says, and the connection is good again', async () => {
  await expect(rowsOf('SELECT 1/(n - 2) FROM generate_series(1, 3) n')).rejects.toThrow('division by zero');
  expect(await rowsOf('SELECT 1')).toEqual([['1']]);
});

it('rejects when the connection is gone', async () => {
  const gone = new pg.Client({ connectionString: test.ownerUrl });
  await gone.connect();
  gone.on('error', () => undefined);
  const waiting = simpleQuery(gone, 'SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)', {});
  await expect(waiting).rejects.toThrow();
});
