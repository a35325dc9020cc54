import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLog } from '#fixtures/audit-log.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { testBrokers } from '#fixtures/kafka.ts';
import { readAuditKey } from '#lib/auth/audit-key.ts';

let test: TestDatabase;
let home: string;
beforeAll(async () => {
  test = await createTestDatabase();
  home = await mkdtemp(path.join(tmpdir(), 'sluice-cli-'));
});
afterAll(async () => {
  await test.drop();
  await rm(home, { recursive: true });
});

type Result = { code: number; out: string; err: string };
/** The real program, started from another folder. */
const sluice = (
  args: string[],
  env: Record<string, string> = { DATABASE_URL: test.ownerUrl },
): Promise<Result> =>
  new Promise((resolve) => {
    const { PATH = '' } = process.env;
    const options = { cwd: home, env: { NODE_ENV: 'test', PATH, SLUICE_HOME: home, ...env } as const };
    execFile(path.resolve('bin/sluice.mjs'), args, options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

const tamper = async (sql: string) => {
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  await client
    .query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`)
    .finally(() => client.end());
};

describe('sluice', () => {
  it('creates users, whose lines make a chain that verifies', async () => {
    expect(await sluice(['audit', 'verify'])).toEqual({ code: 0, out: 'complete to seq 0\n', err: '' });
    const added = await sluice(['users', 'add', 'dana', '--role', 'responder', '--flow', 'payments*']);
    expect(added.out).toMatch(/^dana can sign in with the password [\w-]{43}\n$/);
    expect((await sluice(['users', 'grant', 'dana', '--role', 'viewer'])).code).toBe(0);
    expect((await sluice(['users', 'reset-password', 'dana'])).out).not.toBe(added.out);
    expect((await sluice(['users', 'list'])).out).toBe('dana: responder on */payments*, viewer on */*\n');
    expect(await sluice(['audit', 'verify'])).toMatchObject({ code: 0, out: 'complete to seq 3\n' });
  });

  it('lets a user in no more, and in again; takes no name that is somebody else’s, or another’s in another case', async () => {
    expect((await sluice(['users', 'disable', 'dana'])).out).toContain("can't sign in any more");
    expect((await sluice(['users', 'list'])).out).toContain('(disabled)');
    expect(await sluice(['users', 'disable', 'dana'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('disabled already'),
    });
    expect((await sluice(['users', 'enable', 'dana'])).out).toContain('can sign in again');
    for (const name of ['cli:root', 'System', 'a b'])
      expect(await sluice(['users', 'add', name, '--role', 'viewer'])).toMatchObject({
        code: 2,
        err: expect.stringContaining("can't be the name"),
      });
    expect(await sluice(['users', 'add', 'Dana', '--role', 'viewer'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('user dana already'),
    });
  });

  it('finds the database of a running Sluice by its runtime.json', async () => {
    expect(await sluice(['audit', 'verify'], {})).toMatchObject({
      code: 2,
      err: expect.stringContaining('No database'),
    });
    const runtime = {
      kafkaBrokers: '127.0.0.1:1',
      databaseUrl: test.ownerUrl,
      pids: { launcher: 1, demo: null },
    };
    await writeFile(path.join(home, 'runtime.json'), JSON.stringify(runtime));
    expect(await sluice(['audit', 'verify'], {})).toMatchObject({ code: 0, out: 'complete to seq 5\n' });
  });

  it('names the first bad line', async () => {
    await tamper("UPDATE audit_event SET detail = '{}' WHERE seq = 2");
    expect(await sluice(['audit', 'verify'])).toEqual({
      code: 1,
      out: '',
      err: 'first bad line: seq 2: its columns differ from the text that was hashed: a column was changed\n',
    });
  });

  it('checks a configuration file without starting anything', async () => {
    const file = path.join(home, 'sluice.yaml');
    await writeFile(file, 'clusters:\n  - name: main\n    bootstrapServers: 127.0.0.1:9092\n');
    expect(await sluice(['config', 'check', file])).toMatchObject({
      code: 0,
      out: expect.stringContaining('valid'),
    });
    const flow = [
      'flows:',
      '  - name: payments',
      '    topic: orders',
      '    deadLetters: orders.dlq',
      '',
    ].join('\n');
    await writeFile(file, flow);
    expect(await sluice(['config', 'check', file])).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^risk: payments: quarantine_missing \(payments\): .*declares no quarantine/m,
      ),
    });
    expect(
      await sluice(['config', 'check', file, '--live'], { KAFKA_BROKERS: testBrokers().join(',') }),
    ).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^wrong: payments: topic_absent \(orders\.dlq\): .*does not exist/m),
    });
    await writeFile(file, 'clusters:\n  - name: main\n    colour: blue\n');
    expect(await sluice(['config', 'check', file])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/colour/),
    });
  });

  it('explains itself', async () => {
    expect((await sluice(['help'])).out).toContain('audit verify');
    expect(await sluice(['nonsense'])).toMatchObject({ code: 2, err: expect.stringContaining('no command') });
    expect(await sluice(['users', 'add', 'x', '--role', 'king'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Usage:'),
    });
  });
});

describe('sluice audit', () => {
  it('makes a key, and verifies an export with it without a database', async () => {
    const made = await sluice(['audit', 'keygen', 'audit.key'], {});
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('audit.pub verifies') });
    expect((await stat(path.join(home, 'audit.key'))).mode & 0o777).toBe(0o600);
    expect(await sluice(['audit', 'keygen', 'audit.key'], {})).toMatchObject({ code: 1 });

    const signing = (await readAuditKey(path.join(home, 'audit.key'))).signing;
    const key = { sign: signing, verify: signing };
    const log = makeLog({ events: 50, everyLines: 20, tail: 3 }, key);
    const write = (name: string, lines: readonly Buffer[]) =>
      writeFile(path.join(home, name), lines.map((line) => `${line}\n`).join(''));
    await Promise.all([write('log', log.lines), write('anchors', log.anchors)]);
    const verify = (file: string, ...more: string[]) =>
      sluice(['audit', 'verify', file, '--key', 'audit.pub', ...more], {});
    const whole = await verify('log', '--anchor', 'anchors');
    expect(whole).toMatchObject({ code: 0, err: '' });
    expect(whole.out).toMatch(/^complete to seq 50\n/);
    expect(whole.out).toContain('anchored to seq 47');
    expect(whole.out).toContain('not protected: the last 3 lines (seq 48 to 50)');
    expect((await verify('log')).out).toMatch(/^complete to seq 50: later truncation not excluded/);

    await write('edited', log.lines.with(10, Buffer.from(String(log.lines[10]).replace('ana', 'eve'))));
    expect(await verify('edited', '--anchor', 'anchors')).toEqual({
      code: 1,
      out: '',
      err: 'first bad line: seq 11, line 11 of edited: it was changed: the next line holds another hash of it\n',
    });
    expect(await sluice(['audit', 'verify', 'log'], {})).toMatchObject({
      code: 2,
      err: expect.stringContaining('--key'),
    });
  });
});
