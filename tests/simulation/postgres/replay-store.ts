import type { Replay } from '#lib/domain/replays/replay.ts';
import type { NewReplay, ReplayStore } from '#lib/store/replays.ts';
import type { Statements } from './statements.ts';

/** A row as its columns' defaults leave it. */
const drafted = (replay: NewReplay): Replay => ({
  ...replay,
  revision: 0,
  resumesTo: null,
  stateReason: null,
  plan: null,
  manifestRoot: null,
  digest: null,
  policyVersion: null,
  policyHash: null,
  evidenceHash: null,
  run: null,
  updatedAt: replay.createdAt,
  plannedAt: null,
  expiresAt: null,
  submittedAt: null,
  approvedAt: null,
  startBy: null,
  startedAt: null,
  executedAt: null,
  pausedAt: null,
  pausedMs: 0,
  finishedAt: null,
});

/** lib/store/replays.ts over simulated rows. */
export const simulateReplays = (
  db: Statements,
): Pick<ReplayStore, 'create' | 'read' | 'readForUpdate' | 'inStates' | 'update'> => ({
  create: (replay) =>
    db.run(`draft replay ${replay.id}`, (rows) => {
      const row = drafted(replay);
      rows.put('replay', row.id, row);
      if (db.broken === 'drafted_twice') rows.put('replay', `${row.id}-again`, row);
      return row;
    }),

  read: (id) => db.run(`read replay ${id}`, (rows) => rows.get('replay', id) ?? null),

  readForUpdate: (id) =>
    db.run(`lock replay ${id}`, (rows) => {
      rows.lock('replay', id, 'update');
      return rows.get('replay', id) ?? null;
    }),

  inStates: (states, limit) =>
    db.run('look for replays', (rows) =>
      rows
        .all('replay')
        .filter((replay) => states.includes(replay.state))
        .slice(0, limit),
    ),

  update: (id, revision, change, at) =>
    db.run(`update replay ${id} ${change.state ?? ''}`, (rows) => {
      rows.lock('replay', id, 'update');
      const row = rows.get('replay', id);
      if (row?.revision !== revision) return null;
      const changed = { ...row, ...change, revision: revision + 1, updatedAt: at };
      rows.put('replay', id, changed);
      return changed;
    }),
});
