import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#generated/prisma/client.ts';

export type Prisma = PrismaClient;
/** A client or a transaction of it: what the stores work on. */
export type PrismaScope = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'
>;

/** @param url connection string of the app's role */
export function openPrisma(url: string, options: { maxConnections: number }): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
  });
  return new PrismaClient({ adapter });
}
