import type pg from 'pg';

/** What pg calls on a query of ours, beyond its published types: the messages of PostgreSQL's simple query protocol that somebody is interested in. */
export type SimpleQueryHandlers<Connection> = {
  /** The fields of a row as text, in the order of the statement. */
  onRow?: (fields: readonly (string | null)[]) => void;
  onCopyIn?: (connection: Connection) => void;
};

const nothing = () => undefined;

/**
 * Runs statements and hands on what they answer as it comes, without keeping any of it. What a handler throws is told when the server is done.
 * Several statements in one go are one transaction (PostgreSQL, "Multiple Statements in a Simple Query"): all of them happened when it resolves, none when it
 * rejects with the server's error.
 */
export function simpleQuery<Connection>(
  client: Pick<pg.ClientBase, 'query'>,
  statements: string,
  { onRow = nothing, onCopyIn = nothing }: SimpleQueryHandlers<Connection>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed = false;
    const fail = (error: unknown) => {
      failed = true;
      reject(error);
    };
    client.query({
      submit: (connection: unknown) => (connection as { query(text: string): void }).query(statements),
      handleRowDescription: nothing,
      handleDataRow({ fields }: { fields: readonly (string | null)[] }) {
        if (failed) return;
        try {
          onRow(fields);
        } catch (error) {
          fail(error);
        }
      },
      handleCopyInResponse: onCopyIn,
      handleEmptyQuery: nothing,
      handlePortalSuspended: nothing,
      handleCommandComplete: nothing,
      /** The server goes on to "ready" behind an error, and the connection is good again; without it, the pool drops the connection. */
      handleError: fail,
      handleReadyForQuery() {
        if (!failed) resolve();
      },
    });
  });
}
