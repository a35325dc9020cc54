import pg from 'pg';
import { onConnection, openPool } from './connections.ts';
import { type CopyStep, copyIn } from './copy-in.ts';
import type { IndexCursor } from './dead-letter-index.ts';
import { copiedColumns, type DeadLetterLines, type ExcerptLine } from './dead-letter-lines.ts';
import { isUniqueViolation } from './failure.ts';

export type DeadLetterWriter = {
  /**
   * Adds rows and moves the cursor, both or neither. A row that is there already stays as it is, so the same rows may be written twice.
   * @throws the database's error, having changed nothing; after a lost connection either may be the case
   */
  write(
    clusterId: string,
    lines: readonly DeadLetterLines[],
    cursor: IndexCursor,
    onStep?: (step: CopyStep) => void,
  ): Promise<void>;
  close(): Promise<void>;
};

const nothing = () => undefined;

/**
 * After a crash of the database itself the last writes may be missing, rows and cursor alike: they are read from Kafka again. So a
 * batch need not wait for the disk.
 */
const withoutWaiting = 'SET LOCAL synchronous_commit = off';

const columns = `(${copiedColumns})`;
/** COPY knows no "on conflict"; rows that are there already are rare (another worker went on, having lost its lease), and go round by a table beside. */
const directly = [`COPY dead_letter ${columns} FROM STDIN`] as const;
const byTableBeside = [
  'CREATE TEMPORARY TABLE arriving (LIKE dead_letter) ON COMMIT DROP',
  `COPY arriving ${columns} FROM STDIN`,
  `INSERT INTO dead_letter ${columns} SELECT ${copiedColumns} FROM arriving ON CONFLICT DO NOTHING`,
] as const;

function cursorStatement(clusterId: string, cursor: IndexCursor): string {
  const literal = pg.escapeLiteral;
  const { topicId, partition, nextOffset, logStart, lastStable, asOf } = cursor;
  return `INSERT INTO index_cursor (cluster_id, topic_id, partition, next_offset, log_start, last_stable, as_of)
    VALUES (${literal(clusterId)}, ${literal(topicId)}, ${partition}, ${nextOffset}, ${logStart}, ${lastStable}, ${literal(asOf.toISOString())})
    ON CONFLICT (cluster_id, topic_id, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset,
      log_start = EXCLUDED.log_start, last_stable = EXCLUDED.last_stable, as_of = EXCLUDED.as_of`;
}

/** COPY takes one table; excerpts are few, and those that are there already stay as they are. */
const excerptStatement = (clusterId: string, topicId: string, excerpts: readonly ExcerptLine[]): string =>
  `INSERT INTO dead_letter_excerpt (cluster_id, topic_id, partition, "offset", rule, excerpt)
    SELECT ${pg.escapeLiteral(clusterId)}, ${pg.escapeLiteral(topicId)}, e.partition, e."offset", e.rule, e.excerpt
    FROM jsonb_to_recordset(${pg.escapeLiteral(JSON.stringify(excerpts))}::jsonb)
      AS e(partition int, "offset" bigint, rule text, excerpt jsonb)
    ON CONFLICT DO NOTHING`;

/** Writes by COPY over connections of its own, which are opened when first needed. */
export function createDeadLetterWriter(
  connectionString: string,
  options: { maxConnections: number },
): DeadLetterWriter {
  const pool = openPool({
    connectionString,
    max: options.maxConnections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
  });
  return {
    write(clusterId, lines, cursor, onStep = nothing) {
      const chunks = lines.map((each) => each.bytes);
      const excerpts = lines.flatMap((each) => each.excerpts);
      const beside = excerpts.length === 0 ? [] : [excerptStatement(clusterId, cursor.topicId, excerpts)];
      return onConnection(pool, async (client) => {
        const copy = (statements: readonly string[]) =>
          copyIn(
            client,
            [withoutWaiting, ...statements, ...beside, cursorStatement(clusterId, cursor)].join('; '),
            chunks,
            onStep,
          );
        await copy(directly).catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error;
          return copy(byTableBeside);
        });
      });
    },
    close: () => pool.end(),
  };
}
