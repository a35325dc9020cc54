import type pg from 'pg';
import { Prisma } from '#generated/prisma/client.ts';

/**
 * Statements as they stand, over Prisma or over a connection of `pg`. Of rows only what both read alike may be asked: text, int, float, boolean, timestamptz,
 * bytea; a bigint as text.
 */
export type RawScope = {
  $queryRaw<T>(statement: TemplateStringsArray, ...values: readonly unknown[]): PromiseLike<T>;
  /** Answers how many rows were changed. */
  $executeRaw(statement: TemplateStringsArray, ...values: readonly unknown[]): PromiseLike<number>;
};

/** The statements of a store sent by `pg` itself: what they carry is copied twice on its way and not kept. */
export function rawScopeOn(client: Pick<pg.ClientBase, 'query'>): RawScope {
  const ask = (statement: TemplateStringsArray, values: readonly unknown[]) => {
    const { text, values: parameters } = Prisma.sql(statement, ...values);
    return client.query<pg.QueryResultRow>(text, parameters);
  };
  return {
    $queryRaw: async <T>(statement: TemplateStringsArray, ...values: readonly unknown[]) =>
      (await ask(statement, values)).rows as T,
    $executeRaw: async (statement, ...values) => (await ask(statement, values)).rowCount ?? 0,
  };
}
