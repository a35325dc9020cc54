import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#generated/prisma/client.ts';

export type Prisma = PrismaClient;
/** A client or a transaction of it: what the stores work on. */
export type PrismaScope = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'
>;

/**
 * A process that stops in the middle of a transaction keeps its locks, and whoever takes over waits for them: after this long without a statement the
 * server ends it.
 */
export const idleInTransactionMs = 10_000;

/** @param url connection string of the app's role */
export function openPrisma(
  url: string,
  options: { maxConnections: number; idleInTransactionMs?: number },
): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? idleInTransactionMs,
  });
  return new PrismaClient({ adapter });
}
