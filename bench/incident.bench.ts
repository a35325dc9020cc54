import pg from 'pg';
import { createTestDatabase } from '#fixtures/database.ts';
import { governedFlow } from '#fixtures/governance.ts';
import { indexedTopic, letter } from '#fixtures/indexed-letters.ts';
import { fingerprint } from '#lib/domain/kernel/brand.ts';
import { deadLetterLines } from '#lib/store/dead-letter-lines.ts';
import { approveReplay } from '#lib/usecases/decide-replay.ts';
import { draftReplay } from '#lib/usecases/draft-replay.ts';
import { changeIncident } from '#lib/usecases/incidents/change-incident.ts';
import { exportIncident } from '#lib/usecases/incidents/export-incident.ts';
import { openIncident } from '#lib/usecases/incidents/open-incident.ts';
import { planReplay } from '#lib/usecases/plan-replay.ts';
import { submitReplay } from '#lib/usecases/submit-replay.ts';
import { quantile } from './web.ts';

/**
 * `npm run bench -- incident [dead letters] [failure groups] [replays] [notes]`: how long an export of a large incident takes (goal: 2 s), as Markdown
 * and as JSON, beside the bare reading of the same rows by the plain Postgres client in the same run, in turns.
 */
const [letters = 300_000, failures = 300, replays = 61, notes = 200] = process.argv.slice(2).map(Number);
const rounds = 10;
const goalMs = 2000;

const test = await createTestDatabase();
const g = await governedFlow(test.database);
const bare = new pg.Client({ connectionString: test.ownerUrl });
await bare.connect();
const [ana, ben] = [g.person('ana'), g.person('ben')];

/** A replay of four records that ben approves. */
async function decide(n: number): Promise<void> {
  const records = [0, 1].flatMap((partition) =>
    [0, 1].map((at) => ({ partition, offset: String(2 * n + at) })),
  );
  const source = { topic: g.topics.dlq, selection: { records } };
  const { id } = await draftReplay(g.deps, ana, g.draftBody({ source }));
  await planReplay(g.deps, ana, id);
  const { digest, policyVersion } = await submitReplay(g.deps, ana, id);
  if (digest === null || policyVersion === null) throw new Error(`Replay ${id} was not sealed.`);
  await approveReplay(g.deps, ben, id, { digest, policyVersion, comment: 'seen' });
}

/** Rows of the index as the indexer would have written them within the last hour, in turns of the failure groups. */
async function write(
  place: { clusterId: string; topicId: string },
  from: number,
  count: number,
): Promise<void> {
  const perWrite = 10_000;
  const hourMs = 3_600_000;
  const until = Date.now();
  for (let done = 0; done < count; done += perWrite) {
    const entries = Array.from({ length: Math.min(perWrite, count - done) }, (_, n) => {
      const at = done + n;
      const failure = at % failures;
      return letter(0, BigInt(from + at), {
        at: new Date(until - hourMs * (1 - at / count) * 0.98),
        fingerprint: fingerprint(`failure-${failure}`),
        exceptionClass: `com.acme.orders.Failure${failure}Exception`,
        exceptionMessage: `the provider refused order ${at} for reason ${failure}`,
        messagePattern: `the provider refused order <n> for reason ${failure}`,
      });
    });
    const asOf = new Date();
    const end = BigInt(from + done + entries.length);
    await test.database.deadLetterWriter.write(place.clusterId, [deadLetterLines(place, entries)], {
      ...{ topicId: place.topicId, partition: 0, nextOffset: end, logStart: 0n, lastStable: end, asOf },
    });
  }
}

/** Every row that an export has to look at, by nothing but a client and as few statements as there are tables. */
async function readBare(topicId: string, from: Date): Promise<number> {
  const ask = async (sql: string, values: unknown[]) => (await bare.query(sql, values)).rowCount ?? 0;
  const counts = [
    await ask('SELECT fingerprint FROM dead_letter WHERE topic_id = $1 AND at >= $2', [topicId, from]),
    await ask('SELECT * FROM replay WHERE created_at >= $1', [from]),
    await ask('SELECT * FROM replay_approval', []),
    await ask('SELECT * FROM audit_event WHERE at >= $1', [from]),
    await ask('SELECT * FROM incident_entry', []),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}

try {
  const place = { clusterId: g.clusterId, topicId: g.dlqTopicId };
  await indexedTopic(test.database, g.topics.dlq, g.flow.name, place);
  await g.produce(4 * replays);
  for (let n = 0; n < replays; n++) await decide(n);
  await write(place, 2 * replays, letters - 4 * replays);
  await bare.query('ANALYZE');
  const { id } = await openIncident(g.deps, ana, {
    title: 'A long night',
    about: [{ kind: 'flow', flow: g.flow.name }],
  });
  for (let n = 0; n < notes; n++)
    await changeIncident(g.deps, ana, id, 'note', `Note ${n}: ${'seen and written down. '.repeat(80)}`);
  console.log(
    `${letters.toLocaleString('en')} dead letters of ${failures} failure groups, ${replays} replays, ${notes} notes`,
  );

  const from = new Date(Date.now() - 3_600_000);
  const times = { bare: [] as number[], md: [] as number[], json: [] as number[] };
  const timed = async <T>(into: number[] | null, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const done = await work();
    into?.push(performance.now() - started);
    return done;
  };
  const said = { rows: 0, md: '', json: '' };
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    const keep = (way: keyof typeof times) => (round === 0 ? null : times[way]);
    said.rows = await timed(keep('bare'), () => readBare(g.dlqTopicId, from));
    for (const format of ['md', 'json'] as const)
      said[format] = (
        await timed(keep(format), () =>
          exportIncident(g.deps, ana, id, { format, origin: 'http://127.0.0.1:3000' }),
        )
      ).text;
  }
  const line = (way: keyof typeof times, more: string) => {
    const [p50, most] = [quantile(times[way], 0.5), Math.max(...times[way])];
    console.log(
      `${way === 'bare' ? 'bare reading' : `export as ${way}`}: p50 ${p50.toFixed(0)} ms, at most ${most.toFixed(0)} ms; ${more}`,
    );
  };
  const ofBare = (way: 'md' | 'json') =>
    `${Math.round(said[way].length / 1000)} kB, ${(quantile(times[way], 0.5) / quantile(times.bare, 0.5)).toFixed(2)} of the bare reading`;
  line('bare', `${said.rows.toLocaleString('en')} rows`);
  line('md', ofBare('md'));
  line('json', ofBare('json'));
  const gaps = said.md.split('## What is not known')[1]?.split('\n\n')[0]?.trim();
  console.log(`what it says is not known: ${gaps}`);
  const worst = Math.max(...times.md, ...times.json);
  console.log(`goal ${goalMs} ms: ${worst <= goalMs ? 'kept' : 'missed'} (${worst.toFixed(0)} ms at most)`);
} finally {
  await bare.end();
  await g.close();
  await test.drop();
}
process.exit(0);
