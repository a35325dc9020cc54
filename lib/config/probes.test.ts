import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from './load.ts';
import { printConfig } from './print.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-probes-'));
  await writeFile(path.join(folder, 'token.txt'), 's3cret\n');
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (probes: string, effect = 'idempotencyKey: "field:/id", probe: books') => {
  const file = path.join(folder, 'sluice.yaml');
  await writeFile(
    file,
    `probes:\n${probes}\nflows:\n  - name: payments\n    topic: orders\n    boundary: { effects: [{ what: charges, external: true, ${effect} }] }\n`,
  );
  return readConfigFile(file, {}, ['127.0.0.1:1']);
};
const http = 'http: { url: "http://books/{key}", tokenFile: token.txt }';
const sql =
  'sql: { connection: "postgresql://reader@db/books", query: "select id from c where id = any($1::text[])", passwordFile: token.txt }';

describe('probes of a configuration', () => {
  it('reads both kinds, and puts what is asked into the policy, without its secrets', async () => {
    const config = await read(`  - { name: books, ${http} }\n  - { name: ledger, ${sql}, timeoutMs: 500 }`);
    expect(config.probes).toMatchObject([
      {
        kind: 'http',
        headers: { authorization: 'Bearer s3cret' },
        done: [200],
        notDone: [404],
        timeoutMs: 2000,
      },
      { kind: 'sql', password: 's3cret', timeoutMs: 500 },
    ]);
    expect(config.flows[0]?.boundary.effects[0]?.probe).toEqual({
      name: 'books',
      asks: 'GET http://books/{key}: done on 200, not done on 404',
    });
    expect(JSON.stringify(config.flows)).not.toContain('s3cret');
    expect(printConfig(config)).not.toContain('s3cret');
    const other = await read(`  - { name: books, http: { url: "http://books/{key}", notDone: [404, 410] } }`);
    expect(other.policyHash).not.toBe(config.policyHash);
  });

  it('shows nobody the values of an address but the one with the key: a secret may stand there', async () => {
    const url = 'http://books/find?api_key=s3cret&by=order&id={key}&s3cret';
    const config = await read(`  - { name: books, http: { url: "${url}" } }`);
    expect(config.probes).toMatchObject([{ url }]);
    const shown = 'http://books/find?api_key=[redacted]&by=[redacted]&id={key}&[redacted]';
    expect(config.flows[0]?.boundary.effects[0]?.probe?.asks).toBe(
      `GET ${shown}: done on 200, not done on 404`,
    );
    expect(printConfig(config)).toContain(`url: ${shown}`);
    expect(printConfig(config)).not.toContain('s3cret');
  });

  it('is another policy where another database is asked, or as somebody else', async () => {
    const hashOf = async (address: string) => {
      const query = 'select id from c where id = any($1::text[])';
      const config = await read(`  - { name: books, sql: { connection: "${address}", query: "${query}" } }`);
      return { asks: config.flows[0]?.boundary.effects[0]?.probe?.asks, hash: config.policyHash };
    };
    const books = await hashOf('postgresql://reader@db:5432/books?sslmode=require');
    expect(books.asks).toBe(
      'SQL as reader at db:5432/books?sslmode=require: select id from c where id = any($1::text[])',
    );
    const hashes = new Set([books.hash]);
    for (const other of [
      'postgresql://reader@db:5432/books_of_staging?sslmode=require',
      'postgresql://writer@db:5432/books?sslmode=require',
      'postgresql://db:5432/books?sslmode=require',
      'postgresql://reader@db:5432/books?host=staging',
      'postgresql://reader@db:5433/books?sslmode=require',
    ])
      hashes.add((await hashOf(other)).hash);
    expect(hashes.size).toBe(6);
  });

  it.each([
    [
      'a password among the options of the address',
      '  - { name: books, sql: { connection: "postgresql://r@d/b?password=p", query: "select $1" } }',
      'passwordFile',
    ],
    [
      'a password of a key among them',
      '  - { name: books, sql: { connection: "postgresql://r@d/b?sslmode=require&sslPassword=p", query: "select $1" } }',
      'passwordFile',
    ],
    ['neither kind', '  - { name: books }', 'either by http or by sql'],
    ['both kinds', `  - { name: books, ${http}, ${sql} }`, 'either by http or by sql'],
    ['no place for the key', '  - { name: books, http: { url: "http://books/" } }', '{key} exactly once'],
    ['the key as host', '  - { name: books, http: { url: "http://{key}/x" } }', 'not in the host'],
    [
      'a user in the address',
      '  - { name: books, http: { url: "http://u:p@books/{key}" } }',
      'a user does not belong',
    ],
    ['another protocol', '  - { name: books, http: { url: "file:///{key}" } }', 'http or https'],
    [
      'a status for both',
      '  - { name: books, http: { url: "http://b/{key}", done: [200], notDone: [200] } }',
      'both done and not done',
    ],
    [
      'a statement without keys',
      '  - { name: books, sql: { connection: "postgresql://r@d/b", query: "select 1" } }',
      '$1::text[]',
    ],
    [
      'two statements',
      '  - { name: books, sql: { connection: "postgresql://r@d/b", query: "select $1; delete" } }',
      'without a semicolon',
    ],
    [
      'a password in the address',
      '  - { name: books, sql: { connection: "postgresql://r:p@d/b", query: "select $1" } }',
      'passwordFile',
    ],
    ['another name', `  - { name: other, ${http} }`, 'no probe is called "books" (there is other)'],
    ['the same name twice', `  - { name: books, ${http} }\n  - { name: books, ${http} }`, 'declared twice'],
  ])('refuses %s', async (_what, probes, message) => {
    await expect(read(probes)).rejects.toThrow(message);
  });

  it('refuses a probe for an effect without an idempotency key', async () => {
    await expect(read(`  - { name: books, ${http} }`, 'probe: books')).rejects.toThrow(
      'asked by idempotency key',
    );
  });

  it('fills in a variable that is not set with what the file says', async () => {
    const url = `"http://$\{NOT_SET_ANYWHERE:-books}/{key}"`;
    const config = await read(`  - { name: books, http: { url: ${url} } }`);
    expect(config.probes[0]).toMatchObject({ url: 'http://books/{key}' });
  });
});
