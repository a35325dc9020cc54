import type { ReplayReturnStore } from '#lib/store/replay-returns.ts';
import { sourceTopic } from '../dead-letters.ts';
import type { Statements } from './statements.ts';

/** lib/store/replay-returns.ts over simulated rows; the index reads on as the world says. */
export const simulateReturns = (db: Statements, indexedUpTo: () => Date | null): ReplayReturnStore => ({
  // No topic of the destination's name was there before.
  noteIndexStart: (replayId) => db.run(`how far the index is before ${replayId}`, () => undefined),

  find: (replayId, destinationTopic) =>
    db.run(`returns of ${replayId}`, (rows) => {
      const letters = rows.all('letter').filter(({ topic }) => topic === destinationTopic);
      if (letters.length === 0) return [];
      return rows
        .all('landing')
        .filter((landing) => landing.replayId === replayId)
        .flatMap(({ batchId, partition, first, last }) =>
          letters
            .filter(
              ({ landed }) =>
                landed.partition === partition && landed.offset >= first && landed.offset <= last,
            )
            .filter((letter) => !rows.get('returned', `${replayId}:${letter.partition}:${letter.offset}`))
            .map(({ topic, ...letter }) => ({ ...letter, batchId })),
        );
    }),

  add: (replayId, returns) =>
    db.run(`note returns of ${replayId}`, (rows) => {
      for (const { ordinal, letter } of returns)
        rows.put('returned', `${replayId}:${letter.partition}:${letter.offset}`, {
          replayId,
          ordinal,
          letter,
        });
    }),

  ordinals: (replayId) =>
    db.run(
      `returned ordinals of ${replayId}`,
      (rows) =>
        new Set(rows.all('returned').flatMap((each) => (each.replayId === replayId ? [each.ordinal] : []))),
    ),

  letters: (replayId) =>
    db.run(`returned letters of ${replayId}`, (rows) =>
      rows
        .all('returned')
        .filter((each) => each.replayId === replayId)
        .slice(0, db.broken === 'returned_letter_forgotten' ? -1 : undefined)
        .map(({ letter: { topicId, partition, offset } }) => ({
          topic: sourceTopic,
          topicId,
          partition,
          offset,
        })),
    ),

  noteWatermarks: (replayId, watermarks) =>
    db.run(`note watermarks of ${replayId}`, (rows) => {
      for (const watermark of watermarks)
        rows.put('watermark', `${replayId}:${watermark.partition}`, { replayId, ...watermark });
    }),

  watermarks: (replayId) =>
    db.run(
      `watermarks of ${replayId}`,
      (rows) =>
        new Map(
          rows
            .all('watermark')
            .filter((each) => each.replayId === replayId)
            .map(({ partition, committed }) => [partition, committed]),
        ),
    ),

  indexedUpTo: () => db.run('how far the index has read', indexedUpTo),
});
