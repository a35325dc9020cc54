import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';
import { openDatabase } from '#lib/store/database.ts';
import { startServices, type TestServices } from '../../scripts/test/services.ts';

const writers = 16;
const linesAfterMs = 1500;

describe('kill -9 of Postgres while 16 writers append to the audit log', () => {
  const { SLUICE_TEST_POSTGRES } = process.env;
  let services: TestServices;
  let test: TestDatabase;
  beforeAll(async () => {
    delete process.env.SLUICE_TEST_POSTGRES;
    // Durable: what this server has acknowledged is on disk.
    services = await startServices(path.resolve(import.meta.dirname, '../..'), () => undefined, {
      durable: true,
    });
    process.env.SLUICE_TEST_POSTGRES = services.env.SLUICE_TEST_POSTGRES;
    test = await createTestDatabase();
  });
  afterAll(async () => {
    await test.drop();
    await services.stop();
    if (SLUICE_TEST_POSTGRES !== undefined) process.env.SLUICE_TEST_POSTGRES = SLUICE_TEST_POSTGRES;
  });

  it('leaves one chain that verifies, with every acknowledged line in it once', async () => {
    const acknowledged: string[] = [];
    let failed = 0;
    let over = false;
    const database = openDatabase(test.appUrl, { maxConnections: writers });
    const write = async (writer: number) => {
      for (let n = 0; !over; n++) {
        const resource = `replay/${writer}-${n}`;
        try {
          await database.transact((stores) =>
            stores.audit.append({
              actor: 'ana',
              action: 'replay.draft',
              outcome: 'allowed',
              code: null,
              resource,
              detail: { writer, n },
            }),
          );
          acknowledged.push(resource);
        } catch {
          // Whether this line was written is not known; the next one has another name.
          failed++;
          await sleep(100);
        }
      }
    };
    const written = (at: number) =>
      expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(at);
    try {
      const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
      await written(50);
      services.killPostgres();
      await expect.poll(() => failed, { timeout: 30_000 }).toBeGreaterThan(0);
      await written(acknowledged.length + 50);
      await sleep(linesAfterMs);
      over = true;
      await all;
      const end = await verifyChain(database.stores.audit);
      expect(end).toMatchObject({ ok: true });
      const lines = await database.stores.audit.textsAfter(0n, 1_000_000n, 1_000_000);
      const resources = lines.map(({ line }) => String((JSON.parse(line) as { resource: string }).resource));
      expect(new Set(resources).size).toBe(resources.length);
      const there = new Set(resources);
      expect(acknowledged.filter((resource) => !there.has(resource))).toEqual([]);
      expect(resources.length - acknowledged.length).toBeLessThanOrEqual(failed);
    } finally {
      over = true;
      await database.close();
    }
  });
});
