import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';

let test: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  owner = new pg.Client({ connectionString: test.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await test.drop();
});

it('a lease that was given back is free at once, also within the same millisecond', async () => {
  const { leases } = test.database.stores;
  const lease = await leases.acquire('work', 'one', 30_000);
  if (!lease) throw new Error('Nobody else has it.');
  // As another would find it in the very moment of its release.
  await owner.query(`
    CREATE TABLE still_held (at timestamptz);
    GRANT INSERT ON still_held TO PUBLIC;
    CREATE FUNCTION note_held() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.expires_at > clock_timestamp() THEN INSERT INTO still_held VALUES (NEW.expires_at); END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER note_held AFTER UPDATE ON lease FOR EACH ROW EXECUTE FUNCTION note_held();`);
  for (let time = 0; time < 50; time++) await leases.release(lease);
  expect((await owner.query('SELECT at FROM still_held')).rows).toEqual([]);
  expect(await leases.acquire('work', 'another', 30_000)).toMatchObject({ holder: 'another' });
});
