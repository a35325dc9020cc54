import type pg from 'pg';
import { simpleQuery } from './simple-query.ts';

/** What pg's connection can do beyond its published types: the messages of PostgreSQL's copy protocol. */
type CopyConnection = {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
};

/** Moments of a copy: the server is ready for rows, half of the chunks and then all are sent, the end is sent, the server has done it. */
export type CopyStep = 'opened' | 'half_sent' | 'sent' | 'ended';

/** Runs statements of which one is `COPY … FROM STDIN`, feeding it the chunks: all of them or none, as `simpleQuery` does. */
export const copyIn = (
  client: Pick<pg.ClientBase, 'query'>,
  statements: string,
  chunks: readonly Buffer[],
  onStep: (step: CopyStep) => void,
): Promise<void> =>
  simpleQuery<CopyConnection>(client, statements, {
    onCopyIn(connection) {
      try {
        onStep('opened');
        for (const [at, chunk] of chunks.entries()) {
          if (at === Math.ceil(chunks.length / 2)) onStep('half_sent');
          connection.sendCopyFromChunk(chunk);
        }
        onStep('sent');
        connection.endCopyFrom();
        onStep('ended');
      } catch (error) {
        connection.sendCopyFail(error instanceof Error ? error.message : String(error));
      }
    },
  });
