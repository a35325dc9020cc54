import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import type { SealedChunk } from '#lib/domain/replays/manifest.ts';
import { copyIn } from './copy-in.ts';
import { instant, plain, text } from './copy-text.ts';
import { inTurns, pagesOf } from './pages-of.ts';
import { type StagedFacts, type StagedPlace, stagedFacts } from './plan-facts.ts';
import { readColumns, type StagedRow, stagedColumns, toFrozenRecord } from './plan-rows.ts';
import { type Candidate, type CandidateQuery, type CandidateRow, toCandidate } from './replay-selection.ts';

const ignore = () => undefined;

/** One plan in the making: a transaction of its own in which records are staged, put in order and cut into chunks. */
export type PlanStaging = {
  id: string;
  /** What may be taken, oldest first, as it was when first asked: one pass over the index, a page at a time. */
  candidates(query: CandidateQuery): AsyncGenerator<Candidate[]>;
  add(records: readonly FrozenRecord[]): Promise<void>;
  /** @param partitionsOf partition count by topic, of every topic of the cluster */
  facts(place: StagedPlace, partitionsOf: ReadonlyMap<string, number>): Promise<StagedFacts>;
  /** What was added, in sending order (`compareSendingOrder`), a page at a time. */
  inSendingOrder(of: Pick<FrozenRecord, 'clusterId' | 'topicId' | 'topic'>): AsyncGenerator<FrozenRecord[]>;
  addChunk(chunk: SealedChunk): Promise<void>;
};

export type PlanStagings = {
  /**
   * Stages a plan. When `work` resolves, what it staged waits under its id to be taken over (`Stores.planHolds`); whatever it throws, and the end of
   * this process, leave nothing.
   */
  stage<T>(work: (staging: PlanStaging) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

const lineOf = (id: string, record: FrozenRecord): string => {
  const { origin } = record;
  const originAt = record.originTimestampMs === null ? null : new Date(record.originTimestampMs);
  return `${id}\t${record.partition}\t${record.offset}\t${instant(record.at)}\t${text(record.keyHash)}\t${record.contentHash}\t${text(record.lineageRoot)}\t${record.attempt}\t${record.bytes}\t${instant(originAt)}\t${record.convention}\t${text(origin?.topic ?? null)}\t${plain(origin?.partition ?? null)}\t${plain(origin?.offset ?? null)}\t${plain(record.keyPartition)}\t${record.carried}\t${text(record.divert ?? null)}\n`;
};

function stagingOn(client: pg.ClientBase, id: string): PlanStaging {
  // A page is asked for before it is needed, and rows are written meanwhile: one after the other.
  const turn = inTurns();
  return {
    id,
    async *candidates(query) {
      for await (const rows of pagesOf<CandidateRow>(client, turn, 'candidates', query))
        yield rows.map(toCandidate);
    },
    async add(records) {
      if (records.length === 0) return;
      let lines = '';
      for (const record of records) lines += lineOf(id, record);
      const copied = [Buffer.from(lines)];
      await turn(() => copyIn(client, `COPY plan_record (${stagedColumns}) FROM STDIN`, copied, ignore));
    },
    facts: (place, partitionsOf) => turn(() => stagedFacts(client, id, place, partitionsOf)),
    async *inSendingOrder(of) {
      // The order of `compareSendingOrder`, whose topics compare as UTF-8: collation "C" in a database of that encoding.
      const query = {
        text: `SELECT ${readColumns} FROM plan_record WHERE plan_id = $1
          ORDER BY coalesce(origin_topic, $2) COLLATE "C", coalesce(origin_partition, partition), coalesce(origin_offset, "offset"),
            partition, "offset"`,
        values: [id, of.topic],
      };
      for await (const rows of pagesOf<StagedRow>(client, turn, 'sending', query))
        yield rows.map((row) => toFrozenRecord(row, of));
    },
    async addChunk({ index, firstOrdinal, records, root, body }) {
      await turn(() =>
        client.query(
          'INSERT INTO plan_chunk (plan_id, "index", first_ordinal, records, root, body) VALUES ($1, $2, $3, $4, $5, $6)',
          [id, index, firstOrdinal, records, root, body],
        ),
      );
    },
  };
}

/** Sorts of a million rows are worth some memory of the server; a plan is asked once, and compiling its queries takes longer than it saves. */
const settings = [
  'SET LOCAL cursor_tuple_fraction = 1',
  "SET LOCAL work_mem = '64MB'",
  'SET LOCAL jit = off',
];

/** Plans are staged over connections of their own, one a plan, which are opened when first needed. */
export function createPlanStagings(
  connectionString: string,
  options: { maxConnections: number },
): PlanStagings {
  const pool = new pg.Pool({
    connectionString,
    max: options.maxConnections,
    connectionTimeoutMillis: 60_000,
    idleTimeoutMillis: 10_000,
  });
  // An idle connection that breaks is dropped by the pool; without a listener it would take the process down.
  pool.on('error', ignore);
  return {
    async stage(work) {
      const client = await pool.connect();
      // While a page is read from Kafka no query is there to fail with a connection that breaks; the next one does.
      client.on('error', ignore);
      let broken: Error | undefined;
      try {
        await client.query(['BEGIN ISOLATION LEVEL READ COMMITTED', ...settings].join('; '));
        const id = randomUUID();
        await client.query('INSERT INTO plan_staging (id, staged_at) VALUES ($1, now())', [id]);
        const done = await work(stagingOn(client, id));
        await client.query('COMMIT');
        return done;
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.off('error', ignore);
        // Thrown away when something failed, and with it the transaction.
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
