import { indexLetters, produceLetters } from '#fixtures/governed-letters.ts';
import { testCluster } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { openDatabase } from '#lib/store/database.ts';

/** Writes and indexes dead letters of 500 bytes in a process of its own, so that what planning takes of memory is its own. */
const [appUrl = '', place = '', topics = '', count = '0'] = process.argv.slice(2);
const perRound = 10_000;
const pad = 'x'.repeat(450);
const value = (n: number) => JSON.stringify({ orderId: `order-${n}`, n, pad });

const database = openDatabase(appUrl, { maxConnections: 2 });
const cluster = connectCluster(testCluster());
let next = new Map<number, bigint>();
for (let from = 0; from < Number(count); from += perRound) {
  await produceLetters(JSON.parse(topics), Math.min(perRound, Number(count) - from), from, { value });
  next = await indexLetters(database, cluster, JSON.parse(place), next);
}
await Promise.all([cluster.close(), database.close()]);
process.exit(0);
