import type { DispositionStore, LetterPlace } from '#lib/store/dispositions.ts';
import type { LineageAttemptStore } from '#lib/store/lineage-attempts.ts';
import type { ReplayReservationStore } from '#lib/store/replay-reservations.ts';
import type { BrokenPart } from '../broken.ts';
import type { Statements } from './statements.ts';
import type { Transaction } from './transaction.ts';

export const letterKey = ({ topicId, partition, offset }: LetterPlace): string =>
  `${topicId}:${partition}:${offset}`;

/** Each row is locked and then asked, as an UPDATE does. */
function heldOf(
  rows: Transaction,
  letters: readonly LetterPlace[],
  replayId: string,
  broken: BrokenPart | null,
): readonly LetterPlace[] {
  return letters.filter((letter) => {
    rows.lock('disposition', letterKey(letter), 'update');
    const row = rows.get('disposition', letterKey(letter));
    return broken === 'holds_not_asked' || (row?.disposition === 'in_replay' && row.replayId === replayId);
  });
}

export const simulateDispositions = (
  db: Statements,
): Pick<
  DispositionStore,
  'set' | 'setHeld' | 'takeBack' | 'reopen' | 'reopenHeld' | 'noteReturns' | 'release'
> => ({
  set: (_cluster, letters, change) =>
    db.run(`${letters.length} letters are ${change.disposition}`, (rows) => {
      for (const { topicId, partition, offset } of letters)
        rows.put('disposition', letterKey({ topicId, partition, offset }), {
          topicId,
          partition,
          offset,
          ...change,
        });
    }),
  reopen: (_cluster, letters) =>
    db.run(`${letters.length} letters are open`, (rows) => {
      for (const letter of letters) rows.put('disposition', letterKey(letter), null);
    }),
  setHeld: (_cluster, letters, change) =>
    db.run(`${letters.length} held letters are ${change.disposition}`, (rows) => {
      for (const { topicId, partition, offset } of heldOf(rows, letters, change.replayId, db.broken))
        rows.put('disposition', letterKey({ topicId, partition, offset }), {
          topicId,
          partition,
          offset,
          ...change,
        });
    }),
  takeBack: (_cluster, letters, { replayId, by, at }) =>
    db.run(`${letters.length} letters are taken back`, (rows) => {
      for (const letter of letters) {
        rows.lock('disposition', letterKey(letter), 'update');
        const row = rows.get('disposition', letterKey(letter));
        if (row?.disposition === 'consumed_past' && row.replayId === replayId)
          rows.put('disposition', letterKey(letter), { ...row, disposition: 'replayed', by, at });
      }
    }),
  reopenHeld: (_cluster, letters, replayId) =>
    db.run(`${letters.length} held letters are open`, (rows) => {
      for (const letter of heldOf(rows, letters, replayId, db.broken))
        rows.put('disposition', letterKey(letter), null);
    }),
  noteReturns: (_cluster, letters, change) =>
    db.run(`${letters.length} letters came back`, (rows) => {
      for (const { topicId, partition, offset } of letters)
        rows.put('disposition', letterKey({ topicId, partition, offset }), {
          topicId,
          partition,
          offset,
          disposition: 'came_back',
          reason: null,
          ...change,
        });
    }),
  release: (replayId) =>
    db.run(`release letters of ${replayId}`, (rows) => {
      const held = rows
        .all('disposition')
        .filter((row) => row.replayId === replayId && row.disposition === 'in_replay');
      for (const letter of held) rows.put('disposition', letterKey(letter), null);
      return held.length;
    }),
});

export const simulateReservations = (db: Statements): Pick<ReplayReservationStore, 'release'> => ({
  release: (replayId) => db.run(`release ${replayId}`, (rows) => rows.put('reservation', replayId, null)),
});

export const simulateAttempts = (db: Statements): Pick<LineageAttemptStore, 'add' | 'addNew' | 'remove'> => ({
  add: (_cluster, replayId, roots) =>
    db.run(`attempts of ${replayId}`, (rows) => {
      for (const lineageRoot of roots)
        rows.put('attempt', `${replayId}/${lineageRoot}`, { replayId, lineageRoot });
    }),

  addNew: (_cluster, replayId, roots) =>
    db.run(`new attempts of ${replayId}`, (rows) => {
      for (const lineageRoot of roots) {
        const key = `${replayId}/${lineageRoot}`;
        if (rows.get('attempt', key)) throw Object.assign(new Error(`${key} is there`), { code: '23505' });
        rows.put('attempt', key, { replayId, lineageRoot });
      }
    }),

  remove: (_cluster, replayId, roots) =>
    db.run(`no attempts of ${replayId}`, (rows) => {
      if (db.broken === 'attempts_not_forgotten') return;
      for (const lineageRoot of roots)
        if (rows.get('attempt', `${replayId}/${lineageRoot}`))
          rows.put('attempt', `${replayId}/${lineageRoot}`, null);
    }),
});
