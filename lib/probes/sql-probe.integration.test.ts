import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlProbeConfig } from './config.ts';
import { createSqlProbe } from './sql-probe.ts';

const serverUrl = process.env.SLUICE_TEST_POSTGRES ?? '';
const table = `probe_${Math.random().toString(36).slice(2)}`;
const server = new pg.Pool({ connectionString: serverUrl, max: 1 });

beforeAll(async () => {
  await server.query(`create table ${table} (id text primary key, settled boolean)`);
  await server.query(`insert into ${table} values ('paid', true), ('refused', false), ('pending', null)`);
});
afterAll(async () => {
  await server.query(`drop table ${table}`);
  await server.end();
});

const url = new URL(serverUrl);
const { password } = url;
url.password = '';
const configOf = (query: string, more: Partial<SqlProbeConfig> = {}): SqlProbeConfig => ({
  kind: 'sql',
  name: 'books',
  connection: url.href,
  password,
  query,
  timeoutMs: 30_000,
  atOnce: 2,
  budgetMs: 60_000,
  ...more,
});
const ask = async (config: SqlProbeConfig, keys: string[]) =>
  Object.fromEntries(await createSqlProbe(config).begin().ask(keys));

describe('createSqlProbe', () => {
  it('takes a row for done, no row for not done, and believes a boolean where there is one', async () => {
    const keys = ['paid', 'refused', 'pending', 'nobody', 'nul\u0000'];
    expect(await ask(configOf(`select id from ${table} where id = any($1::text[])`), keys)).toEqual({
      paid: { kind: 'done' },
      refused: { kind: 'done' },
      pending: { kind: 'done' },
      nobody: { kind: 'not_done' },
      'nul\u0000': { kind: 'unknown', why: "the key can't be asked for in SQL" },
    });
    expect(
      await ask(configOf(`select id, settled from ${table} where id = any($1::text[])`), keys),
    ).toMatchObject({
      paid: { kind: 'done' },
      refused: { kind: 'not_done' },
      pending: { kind: 'unknown' },
      nobody: { kind: 'not_done' },
    });
  });

  it('does not know of a key that comes twice with different answers, in whatever order', async () => {
    // The provider settled the first attempt, and refused the second under the same key as a duplicate.
    const answered = (values: string) =>
      `select k, settled from (values ${values}) v (k, settled) where k = any($1::text[])`;
    const why = 'the books answer it twice, and differently';
    for (const values of [
      "('paid', true), ('paid', false)",
      "('paid', false), ('paid', true)",
      "('paid', true), ('paid', null)",
      "('paid', false), ('paid', true), ('paid', true)",
    ])
      expect(await ask(configOf(answered(values)), ['paid']), values).toEqual({
        paid: { kind: 'unknown', why },
      });
    expect(await ask(configOf(answered("('paid', true), ('paid', true)")), ['paid', 'refused'])).toEqual({
      paid: { kind: 'done' },
      refused: { kind: 'not_done' },
    });
  });

  it('asks for thousands in statements of a thousand', async () => {
    const keys = Array.from({ length: 2500 }, (_, index) => `k${index}`);
    const answers = await ask(configOf("select k from unnest($1::text[]) k where k like '%7'"), keys);
    expect(Object.values(answers).filter(({ kind }) => kind === 'done')).toHaveLength(250);
    expect(Object.values(answers).filter(({ kind }) => kind === 'not_done')).toHaveLength(2250);
  });

  it.each<[what: string, query: string, why: RegExp, timeoutMs?: number]>([
    [
      'a statement that writes',
      `with gone as (delete from ${table} where id = any($1::text[]) returning id) select id from gone`,
      /the statement failed/,
    ],
    [
      'a function that writes',
      "select k from unnest($1::text[]) k where nextval('probe_seq') > 0",
      /the statement failed/,
    ],
    ['keys that nobody asked for', "select k || 'x' from unnest($1::text[]) k", /not one of the keys/],
    [
      'more rows than keys',
      'select k from unnest($1::text[]) k, generate_series(1, 5000)',
      /more rows than keys/,
    ],
    ['a second column of another type', 'select k, 1 from unnest($1::text[]) k', /not a boolean/],
    [
      'a statement that never ends',
      'select k from unnest($1::text[]) k where pg_sleep(30) is not null',
      /no answer within|the statement failed/,
      1000,
    ],
  ])('leaves everything unknown after %s', async (_what, query, why, timeoutMs = 30_000) => {
    await server.query('create sequence if not exists probe_seq');
    const answers = await ask(configOf(query, { timeoutMs }), ['paid']);
    expect(answers.paid).toMatchObject({ kind: 'unknown', why: expect.stringMatching(why) });
    const { rows } = await server.query<{ n: string }>(`select count(*) n from ${table}`);
    expect(rows[0]?.n).toBe('3');
    await server.query('drop sequence probe_seq');
  });

  it("says that the books can't be reached", async () => {
    const answers = await ask(configOf('select $1', { connection: 'postgresql://x@127.0.0.1:1/x' }), [
      'paid',
    ]);
    expect(answers.paid).toMatchObject({ kind: 'unknown', why: expect.stringContaining('ECONNREFUSED') });
  });
});
