import { countOutcomes, landingRanges, type OutcomeCounts } from '#lib/domain/replays/batch.ts';
import { shardsOf } from '#lib/domain/replays/shards.ts';
import type { ReplayBatchStore } from '#lib/store/replay-batches.ts';
import type { Statements } from './statements.ts';
import type { Transaction } from './transaction.ts';

const inOrder = <T extends { fromOrdinal: number }>(batches: T[]): T[] =>
  batches.sort((a, b) => a.fromOrdinal - b.fromOrdinal);

const batchesOf = (rows: Transaction, replayId: string) =>
  inOrder(rows.all('batch').filter((batch) => batch.replayId === replayId));

/** lib/store/replay-batches.ts over simulated rows. */
export const simulateBatches = (db: Statements): ReplayBatchStore => ({
  intend: (batch) =>
    db.run(`intend ${batch.fromOrdinal}-${batch.toOrdinal} of ${batch.replayId}`, (rows) => {
      if (db.broken === 'intents_not_kept') return;
      rows.put('batch', batch.id, { ...batch, settledAt: null, settlement: null, outcome: null });
    }),

  settle: (batch, _target, end) =>
    db.run(`settle ${batch.id} ${end.settlement}`, (rows) => {
      rows.lock('batch', batch.id, 'update');
      const row = rows.get('batch', batch.id);
      if (!row || (row.settledAt !== null && db.broken !== 'settled_twice')) return false;
      const { at, ...settled } = end;
      rows.put('batch', batch.id, { ...row, ...settled, settledAt: at });
      landingRanges(end.outcome).forEach((range, index) => {
        rows.put('landing', `${batch.id}:${index}`, {
          ...range,
          replayId: batch.replayId,
          batchId: batch.id,
        });
      });
      return true;
    }),

  unsettled: (replayId, shard) =>
    db.run(`unsettled of ${replayId}`, (rows) =>
      batchesOf(rows, replayId).filter((batch) => batch.shard === shard && batch.settledAt === null),
    ),

  lastSettled: (replayId, shard) =>
    db.run(
      `last settled of ${replayId}`,
      (rows) =>
        (db.broken !== 'last_outcome_forgotten' || null) &&
        (batchesOf(rows, replayId).findLast(
          (batch) =>
            batch.shard === shard && (batch.settlement === 'committed' || batch.settlement === 'unknown'),
        ) ??
          null),
    ),

  settledRanges: (replayId, shard) =>
    db.run(`settled ranges of ${replayId}`, (rows) =>
      batchesOf(rows, replayId)
        .filter(
          (batch) =>
            batch.shard === shard && (batch.settlement === 'committed' || batch.settlement === 'unknown'),
        )
        .map(({ fromOrdinal, toOrdinal }) => ({ fromOrdinal, toOrdinal })),
    ),

  intents: (replayId, shard) =>
    db.run(
      `intents of ${replayId}`,
      (rows) => batchesOf(rows, replayId).filter((batch) => batch.shard === shard).length,
    ),

  async *settled(replayId, { shard, from = 0 }) {
    yield* await db.run(`settled of ${replayId}`, (rows) =>
      batchesOf(rows, replayId).filter(
        (batch) =>
          batch.shard === shard &&
          batch.fromOrdinal >= from &&
          (batch.settlement === 'committed' || batch.settlement === 'unknown'),
      ),
    );
  },

  counts: (replayId) =>
    db.run(`counts of ${replayId}`, (rows) => {
      const sum: OutcomeCounts = { replayed: 0, skipped: 0, diverted: 0, failed: 0, unknown: 0 };
      for (const { outcome } of batchesOf(rows, replayId)) {
        const counts = countOutcomes(outcome ?? []);
        for (const name of Object.keys(sum) as (keyof OutcomeCounts)[]) sum[name] += counts[name];
      }
      return sum;
    }),

  withLooseEnds: () =>
    db.run('look for loose ends', (rows) => {
      const open = new Map<string, Set<number>>();
      for (const { replayId, shard, settledAt } of rows.all('batch'))
        if (!settledAt) open.set(replayId, (open.get(replayId) ?? new Set()).add(shard));
      return rows.all('replay').flatMap(({ id, state, startedAt, executedAt, plan }) => {
        if (startedAt === null || executedAt !== null) return [];
        const all = shardsOf({ plan });
        const shards = state === 'aborted' ? all : state === 'paused' ? [...(open.get(id) ?? [])].sort() : [];
        return shards.map((shard) => ({ replayId: id, shard }));
      });
    }),
});
