import type pg from 'pg';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import type { SealedChunk } from '#lib/domain/replays/manifest.ts';
import { type PartitionSpan, PartitionSpans } from '#lib/domain/replays/partition-spans.ts';
import type { CandidatePage } from './candidate-page.ts';
import { type CandidateQuery, candidatePages } from './candidate-pages.ts';
import { onConnection, openPool } from './connections.ts';
import { copyIn } from './copy-in.ts';
import { type LineSpool, spooled } from './line-spool.ts';
import { packLines } from './packed-lines.ts';
import { type StagedKeys, type StagedNumbers, type StagedPlace, stagedKeys } from './plan-facts.ts';
import { StagedRows, stagedColumns } from './staged-rows.ts';
import { inTurns } from './turns.ts';

const ignore = () => undefined;
const copyRows = `COPY plan_record (${stagedColumns}) FROM STDIN (FORMAT binary)`;

/** A chunk as it is staged: `lines` are its canonical bytes. */
export type StagedChunk = Omit<SealedChunk, 'body'> & { lines: Uint8Array };

/** Records of a plan that are there for others, and can be held: each once, in one portion. */
export type StagedPortion = {
  planId: number;
  portion: number;
  records: number;
  spans: readonly PartitionSpan[];
};

/** One plan in the making, on two connections of its own, so that its records are written while the next are looked for: what is needed of its records to hold them and to ask about their keys, and the chunks they are cut into. */
export type PlanStaging = {
  id: number;
  /** What may be taken, oldest first, as it was when first asked: one pass over the index, a page at a time. */
  candidates(query: CandidateQuery, pageRows: number): AsyncGenerator<CandidatePage>;
  /** Not while `settle` or `commit` is at work. */
  add(record: FrozenRecord): void;
  /** Writes what has come to enough. */
  settle(): Promise<void>;
  /** What was added since the last portion is there for others from now on: a transaction may take it over while the rest is made. */
  commit(): Promise<StagedPortion>;
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

/** `reading` is in a transaction, so that its cursor stays; what `writing` does is there for others at once. */
type Connections = { reading: pg.ClientBase; writing: pg.ClientBase };

/** @returns with it, what resolves when nothing is on its way any more, and first writes what waits to be with `all` */
function stagingOn(
  { reading, writing }: Connections,
  id: number,
  spool: LineSpool,
): { staging: PlanStaging; settle: (all: boolean) => Promise<void> } {
  const asked = inTurns();
  const written = inTurns();
  const rows = new StagedRows(id);
  let portion = { planId: id, portion: 0, records: 0 };
  let spans = new PartitionSpans();
  const write = async () => {
    const copied = rows.take();
    if (copied !== null) await written(() => copyIn(writing, copyRows, [copied], ignore));
  };
  const staging: PlanStaging = {
    id,
    spool,
    candidates: (query, pageRows) => candidatePages(reading, asked, query, pageRows),
    add(record) {
      rows.add(portion.portion, record);
      spans.add(record.partition, record.offset);
      portion.records++;
    },
    async settle() {
      if (rows.full) await write();
    },
    async commit() {
      await write();
      const committed = { ...portion, spans: spans.list() };
      portion = { planId: id, portion: portion.portion + 1, records: 0 };
      spans = new PartitionSpans();
      return committed;
    },
    keys: (place, staged) => asked(() => stagedKeys(reading, id, place, staged)),
    async addChunk({ index, firstOrdinal, records, root, lines }) {
      const packed = await packLines(lines);
      await written(() =>
        writing.query(
          'INSERT INTO plan_chunk (plan_id, "index", first_ordinal, records, root, packed) VALUES ($1, $2, $3, $4, $5, $6)',
          [id, index, firstOrdinal, records, root, packed],
        ),
      );
    },
  };
  const settle = async (all: boolean) => {
    if (all) await write();
    const none = async () => undefined;
    await Promise.all([asked(none), written(none)]);
  };
  return { staging, settle };
}

/** Sorts of a million rows are worth some memory of the server; a plan is asked once, and compiling its queries takes longer than it saves. */
const settings = [
  'SET LOCAL cursor_tuple_fraction = 1',
  "SET LOCAL work_mem = '64MB'",
  'SET LOCAL jit = off',
  // Each letter is looked up once: to remember the answers costs a sixth of the whole.
  'SET LOCAL enable_memoize = off',
  // What else it takes to plan keeps the other cores busy.
  'SET LOCAL max_parallel_workers_per_gather = 0',
];

/**
 * Plans are staged over connections of their own, two a plan, which are opened when first needed.
 * @param options.discard drops what was committed of a plan that failed
 */
export function createPlanStagings(
  connectionString: string,
  options: { maxPlans: number; discard: (planId: number) => Promise<void> },
): PlanStagings {
  const config = {
    connectionString,
    max: options.maxPlans,
    connectionTimeoutMillis: 60_000,
    idleTimeoutMillis: 10_000,
  };
  const readers = openPool(config);
  // What is staged outlives no crash of the server anyway: nobody waits for the disk.
  const writers = openPool({ ...config, options: '-c synchronous_commit=off' });
  return {
    stage: (work) =>
      onConnection(readers, (reading) =>
        onConnection(writers, (writing) =>
          spooled((spool) => staged({ reading, writing }, spool, work, options.discard)),
        ),
      ),
    close: async () => {
      await Promise.all([readers.end(), writers.end()]);
    },
  };
}

async function staged<T>(
  { reading, writing }: Connections,
  spool: LineSpool,
  work: (staging: PlanStaging) => Promise<T>,
  discard: (planId: number) => Promise<void>,
): Promise<T> {
  const { rows } = await writing.query<{ id: number }>(
    'INSERT INTO plan_staging (staged_at) VALUES (now()) RETURNING id',
  );
  const [plan] = rows;
  if (!plan) throw new Error('A plan was not begun, and the database says nothing of it.');
  const { staging, settle } = stagingOn({ reading, writing }, plan.id, spool);
  try {
    await reading.query(['BEGIN ISOLATION LEVEL READ COMMITTED', ...settings].join('; '));
    const done = await work(staging);
    await settle(true);
    await reading.query('COMMIT');
    return done;
  } catch (error) {
    // Nothing is written behind its being dropped. Where the database is gone, a later plan drops it (`planHolds.discard`).
    await settle(false);
    await discard(plan.id).catch(ignore);
    throw error;
  }
}
