import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import type { SealedChunk } from '#lib/domain/replays/manifest.ts';
import { copyIn } from './copy-in.ts';
import { instant, text } from './copy-text.ts';
import { LineSpool } from './line-spool.ts';
import { packLines } from './packed-lines.ts';
import { inTurns, pagesOf } from './pages-of.ts';
import { type StagedKeys, type StagedNumbers, type StagedPlace, stagedKeys } from './plan-facts.ts';
import { type Candidate, type CandidateQuery, type CandidateRow, toCandidate } from './replay-selection.ts';

const ignore = () => undefined;
/** So much is copied in at once: while rows are, the next page of candidates is not read. */
const writtenAtOnce = 1 << 19;

/** A chunk as it is staged: `lines` are its canonical bytes. */
export type StagedChunk = Omit<SealedChunk, 'body'> & { lines: Uint8Array };

/** One plan in the making, on a connection of its own: what is needed of its records to hold them and to ask about their keys, and the chunks they are cut into. */
export type PlanStaging = {
  id: string;
  /** What may be taken, oldest first, as it was when first asked: one pass over the index, a page at a time. */
  candidates(query: CandidateQuery, pageRows: number): AsyncGenerator<Candidate[]>;
  add(records: readonly FrozenRecord[]): Promise<void>;
  /** What was added is there for others from now on: a transaction may take it over while the rest is made. */
  commit(): Promise<void>;
  keys(place: StagedPlace, staged: StagedNumbers): Promise<StagedKeys>;
  addChunk(chunk: StagedChunk): Promise<void>;
  /** Halves of manifest lines, for as long as the plan is being made. */
  spool: LineSpool;
};

export type PlanStagings = {
  /**
   * Stages a plan. When `work` resolves, what it staged waits under its id to be taken over (`Stores.planHolds`); whatever it throws leaves nothing. The end
   * of this process leaves what was committed, until a later plan drops it (`planHolds.discard`).
   */
  stage<T>(work: (staging: PlanStaging) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** In the order in which they are copied in. */
const stagedColumns = `plan_id, partition, "offset", at, key_hash, lineage_root, diverted`;

const lineOf = (id: string, record: FrozenRecord): string =>
  `${id}\t${record.partition}\t${record.offset}\t${instant(record.at)}\t${text(record.keyHash)}\t${text(record.lineageRoot)}\t${text(record.divert ?? null)}\n`;

const begin = (client: Pick<pg.ClientBase, 'query'>) =>
  client.query(['BEGIN ISOLATION LEVEL READ COMMITTED', ...settings].join('; '));

/** @returns with it, what writes rows that were added and wait to be */
function stagingOn(
  client: pg.ClientBase,
  id: string,
  spool: LineSpool,
): { staging: PlanStaging; settle: () => Promise<void> } {
  // A page is asked for before it is needed, and rows are written meanwhile: one after the other.
  const turn = inTurns();
  let waiting = '';
  const settle = async () => {
    if (waiting === '') return;
    const copied = [Buffer.from(waiting)];
    waiting = '';
    await turn(() => copyIn(client, `COPY plan_record (${stagedColumns}) FROM STDIN`, copied, ignore));
  };
  const staging: PlanStaging = {
    id,
    spool,
    async *candidates(query, pageRows) {
      for await (const rows of pagesOf<CandidateRow>(client, turn, 'candidates', query, pageRows))
        yield rows.map(toCandidate);
    },
    async add(records) {
      for (const record of records) waiting += lineOf(id, record);
      if (waiting.length >= writtenAtOnce) await settle();
    },
    async commit() {
      await settle();
      await turn(async () => {
        await client.query('COMMIT');
        await begin(client);
      });
    },
    async keys(place, staged) {
      await settle();
      return turn(() => stagedKeys(client, id, place, staged));
    },
    async addChunk({ index, firstOrdinal, records, root, lines }) {
      const packed = await packLines(lines);
      await turn(() =>
        client.query(
          'INSERT INTO plan_chunk (plan_id, "index", first_ordinal, records, root, packed) VALUES ($1, $2, $3, $4, $5, $6)',
          [id, index, firstOrdinal, records, root, packed],
        ),
      );
    },
  };
  return { staging, settle };
}

/** Sorts of a million rows are worth some memory of the server; a plan is asked once, and compiling its queries takes longer than it saves. */
const settings = [
  'SET LOCAL cursor_tuple_fraction = 1',
  "SET LOCAL work_mem = '64MB'",
  'SET LOCAL jit = off',
  // What else it takes to plan keeps the other cores busy.
  'SET LOCAL max_parallel_workers_per_gather = 0',
];

/**
 * Plans are staged over connections of their own, one a plan, which are opened when first needed.
 * @param options.discard drops what was committed of a plan that failed
 */
export function createPlanStagings(
  connectionString: string,
  options: { maxConnections: number; discard: (planId: string) => Promise<void> },
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
      const id = randomUUID();
      let broken: Error | undefined;
      try {
        const spool = await LineSpool.open();
        try {
          await begin(client);
          await client.query('INSERT INTO plan_staging (id, staged_at) VALUES ($1, now())', [id]);
          const { staging, settle } = stagingOn(client, id, spool);
          const done = await work(staging);
          await settle();
          await client.query('COMMIT');
          return done;
        } finally {
          await spool.close();
        }
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.off('error', ignore);
        // Thrown away when something failed, and with it the transaction; what was committed before is dropped.
        client.release(broken);
        // Where the database is gone, a later plan drops it (`planHolds.discard`).
        if (broken) await options.discard(id).catch(ignore);
      }
    },
    close: () => pool.end(),
  };
}
