import type pg from 'pg';

/** What pg's connection can do beyond its published types: the messages of PostgreSQL's copy protocol. */
type CopyConnection = {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
};

/** Moments of a copy: the server is ready for rows, half of the chunks and then all are sent, the end is sent, the server has done it. */
export type CopyStep = 'opened' | 'half_sent' | 'sent' | 'ended';

/**
 * Runs statements of which one is `COPY … FROM STDIN`, feeding it the chunks. Several statements in one go are one transaction (PostgreSQL,
 * "Multiple Statements in a Simple Query"): all of them happened when it resolves, none when it rejects with the server's error.
 */
export function copyIn(
  client: Pick<pg.ClientBase, 'query'>,
  statements: string,
  chunks: readonly Buffer[],
  onStep: (step: CopyStep) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    const nothing = () => undefined;
    const query = {
      submit: (connection: unknown) => (connection as CopyConnection).query(statements),
      handleCopyInResponse(connection: CopyConnection) {
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
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handleEmptyQuery: nothing,
      handlePortalSuspended: nothing,
      handleCommandComplete: nothing,
      /** The server goes on to "ready" behind an error, and the connection is good again; without it, the pool drops the connection. */
      handleError(error: Error) {
        failure ??= error;
        reject(failure);
      },
      handleReadyForQuery() {
        if (failure === null) resolve();
      },
    };
    client.query(query);
  });
}
