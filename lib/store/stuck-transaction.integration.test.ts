import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { openDatabase } from './database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('a transaction in which nothing is asked any more lets go of its locks, and its work is undone', async () => {
  const stuck = openDatabase(test.appUrl, { maxConnections: 2, idleInTransactionMs: 3000 });
  const letter = { topicId: 't', partition: 0, offset: 0n };
  const change = { replayId: null, reason: null, by: 'ana', at: new Date() };
  const [locked, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = stuck.transact(async ({ dispositions }) => {
    await dispositions.lockTopic('c', 't');
    await dispositions.set('c', [letter], { ...change, disposition: 'dismissed' });
    locked.resolve();
    await letGo.promise;
  });
  const failed = expect(work).rejects.toThrow();
  await locked.promise;
  await test.database.transact(async ({ dispositions }) => {
    await dispositions.lockTopic('c', 't');
    await dispositions.set('c', [letter], { ...change, disposition: 'expired' });
  });
  letGo.resolve();
  await failed;
  // The connection was thrown away with it.
  await stuck.ping();
  const owner = new pg.Client({ connectionString: test.ownerUrl });
  await owner.connect();
  const { rows } = await owner
    .query('SELECT disposition FROM dead_letter_disposition')
    .finally(() => owner.end());
  expect(rows).toEqual([{ disposition: 'expired' }]);
  await stuck.close();
});
