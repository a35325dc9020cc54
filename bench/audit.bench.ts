import pg from 'pg';
import { createTestDatabase } from '#fixtures/database.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';
import type { AuditEntry } from '#lib/domain/audit/line.ts';
import { openDatabase } from '#lib/store/database.ts';

/**
 * `npm run bench -- audit [seconds] [writers]`: lines that writers append to the audit log, each in a transaction as with the change that it
 * records, and each as a statement of its own, against bare inserts in the same run, in turns.
 */
const [seconds = '9', writerCount = '16'] = process.argv.slice(2);
const writers = Number(writerCount);
const rounds = 3;
const roundMs = (Number(seconds) * 1000) / rounds;

const test = await createTestDatabase();
const database = openDatabase(test.appUrl, { maxConnections: writers });
const bare = new pg.Pool({ connectionString: test.ownerUrl, max: writers });

const detail = { digest: 'a'.repeat(64), comment: 'Provider back since 02:49', policyVersion: 7 };
const entryOf = (writer: number): AuditEntry => ({
  actor: 'ana',
  action: 'replay.approve',
  outcome: 'allowed',
  code: null,
  resource: `replay/r-${writer}`,
  detail,
});
const line = JSON.stringify(entryOf(0));
const ways = {
  'bare inserts': () => bare.query('INSERT INTO bare (at, line) VALUES (clock_timestamp(), $1)', [line]),
  'appends in transactions': (writer: number) =>
    database.transact((stores) => stores.audit.append(entryOf(writer))),
  'the same transactions without an append': () => database.transact((stores) => stores.audit.head()),
  'appends alone': (writer: number) => database.stores.audit.append(entryOf(writer)),
};

/** How many times all writers together got `once` done within a round. */
async function countedFor(once: (writer: number) => Promise<unknown>): Promise<number> {
  const until = performance.now() + roundMs;
  const counts = await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      let done = 0;
      for (; performance.now() < until; done++) await once(writer);
      return done;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

try {
  await bare.query(
    'CREATE TABLE bare (id BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ NOT NULL, line TEXT NOT NULL)',
  );
  const rows = Object.entries(ways).map(([way, once]) => ({ way, once, done: 0, cpuMs: 0 }));
  let appended = 0;
  // The first round only warms up: what is measured is running code, not its compilation.
  for (let round = 0; round <= rounds; round++)
    for (const row of rows) {
      const before = process.cpuUsage();
      const done = await countedFor(row.once);
      const { user, system } = process.cpuUsage(before);
      if (row.way.startsWith('appends')) appended += done;
      if (round === 0) continue;
      row.done += done;
      row.cpuMs += (user + system) / 1000;
    }
  const [first] = rows;
  for (const { way, done, cpuMs } of rows)
    console.log(
      `${way}, ${writers} writers: ${Math.round(done / Number(seconds))}/s, ${(done / (first?.done ?? 1)).toFixed(2)} of the bare inserts; ${(cpuMs / done).toFixed(2)} ms of this process's CPU each`,
    );
  const walkedFrom = performance.now();
  const step = await verifyChain(test.database.stores.audit);
  if (!step.ok) throw new Error(`The chain is broken at line ${step.seq}: ${step.what}`);
  if (step.place.seq !== BigInt(appended))
    throw new Error(`${appended} lines were acknowledged, and ${step.place.seq} are there.`);
  const walkedS = (performance.now() - walkedFrom) / 1000;
  console.log(`one chain of ${appended} lines, no fork, none lost; walked in ${walkedS.toFixed(1)} s`);
} finally {
  await Promise.all([database.close(), bare.end()]);
  await test.drop();
}
