import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { authenticate } from './authenticate.ts';
import { type BootstrapDeps, bootstrap } from './bootstrap.ts';
import { readCredentials, writeCredentials } from './credentials-file.ts';
import { createDemoUsers } from './first-users.ts';

let test: TestDatabase;
let home: string;
let deps: BootstrapDeps;
beforeAll(async () => {
  test = await createTestDatabase();
  home = await mkdtemp(path.join(tmpdir(), 'sluice-bootstrap-'));
  deps = {
    database: test.database,
    clock: () => new Date(),
    home,
    host: '127.0.0.1',
    port: 3000,
    demo: true,
  };
});
afterAll(async () => {
  await test.drop();
  await rm(home, { recursive: true });
});

describe('the first start of the demo', () => {
  it('leaves nobody behind when the file could not be written', async () => {
    const failing = createDemoUsers(deps, 'http://x', () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow('disk full');
    expect(await test.database.stores.users.count()).toBe(0);
    expect((await test.database.stores.audit.head()).seq).toBe(0n);
  });

  it('overwrites a file that a crash left without its users', async () => {
    await writeCredentials(home, { baseUrl: 'http://stale', users: [], metricsToken: 'slc_stale' });
    await bootstrap(deps);
    expect((await readCredentials(home))?.users).toHaveLength(5);
  });

  it('writes exactly what api.md says, for its owner only, and nothing else stays', async () => {
    const text = JSON.parse(await readFile(path.join(home, 'credentials.json'), 'utf8'));
    expect(Object.keys(text)).toEqual(['baseUrl', 'users', 'metricsToken']);
    expect(text.baseUrl).toBe('http://127.0.0.1:3000');
    expect(text.users.map((user: { name: string; role: string }) => [user.name, user.role])).toEqual([
      ['ana', 'responder'],
      ['ben', 'approver'],
      ['cleo', 'approver'],
      ['vera', 'viewer'],
      ['root', 'admin'],
    ]);
    expect((await stat(path.join(home, 'credentials.json'))).mode & 0o777).toBe(0o600);
    expect((await readdir(home)).sort()).toEqual(['audit.key', 'audit.pub', 'credentials.json']);
    expect((await stat(path.join(home, 'audit.key'))).mode & 0o777).toBe(0o600);
  });

  it('makes tokens that open the door', async () => {
    const credentials = await readCredentials(home);
    for (const { name, token } of credentials?.users ?? []) {
      const given = new Headers({ authorization: `Bearer ${token}` });
      const config = { roles: [], auth: { local: true, proxyHeader: null, oidc: null } };
      const asking = authenticate({ database: test.database, config, clock: () => new Date() }, given);
      expect(await asking).toMatchObject({ name });
    }
  });
});

describe('a later start', () => {
  it('changes no secrets, and keeps the address current', async () => {
    const before = await readCredentials(home);
    await bootstrap({ ...deps, port: 3100 });
    expect(await readCredentials(home)).toEqual({ ...before, baseUrl: 'http://127.0.0.1:3100' });
    expect(await test.database.stores.users.count()).toBe(5);
  });

  it('says what to do when the file is lost or belongs to another database', async () => {
    const before = await readCredentials(home);
    if (!before) throw new Error('no file');
    await writeCredentials(home, { ...before, metricsToken: 'slc_other' });
    expect((await bootstrap(deps)).join()).toMatch(/another database.*reset-password/);
    await rm(path.join(home, 'credentials.json'));
    expect((await bootstrap(deps)).join()).toMatch(/is missing.*reset-password/);
  });
});
