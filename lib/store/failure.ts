/** Prisma's codes for a database that can't be reached, timed out, or has no free connection in time. */
const prismaCodes = new Set([
  'P1000',
  'P1001',
  'P1002',
  'P1003',
  'P1008',
  'P1010',
  'P1011',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
]);
/** Socket errors, and SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown). */
const lowCodes = /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|08\w{3}|53\w{3}|57P\w{2})$/;
const messages =
  /Connection terminated|timeout exceeded when trying to connect|Can't reach database server|DatabaseNotReachable/;

/** True when an error means that the database could not be reached, rather than that it refused the statement. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth += 1) {
    const { name, code } = cause as Error & { code?: unknown };
    if (name === 'PrismaClientInitializationError') return true;
    if (typeof code === 'string' && (prismaCodes.has(code) || lowCodes.test(code))) return true;
    if (/Prisma|DriverAdapter|pg/i.test(name) && messages.test(cause.message)) return true;
  }
  return false;
}

/** As `pg` names what Postgres answered. */
const hasSqlState = (error: Error): boolean => {
  const { code } = error as Error & { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
};

/** True when an error came from the database or on the way to it, whatever it was about; false for one of our own making. */
export function isDatabaseFailure(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth += 1)
    if (/^(Prisma|DriverAdapter)/.test(cause.name) || isDatabaseUnavailable(cause) || hasSqlState(cause))
      return true;
  return false;
}

/** SQLSTATE query_canceled: what a statement timeout ends with. */
const canceledCode = '57014';

const uniqueViolationCode = '23505';
const deadlockCode = '40P01';
const lockNotAvailableCode = '55P03';

function hasCode(error: unknown, wanted: string): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth += 1) {
    const { code, meta } = cause as Error & { code?: unknown; meta?: unknown };
    if (code === wanted || (code === 'P2010' && JSON.stringify(meta).includes(wanted))) return true;
  }
  return false;
}

/** True when Postgres ended a statement because it took longer than it was given. */
export const isStatementTimeout = (error: unknown): boolean => hasCode(error, canceledCode);

/** True when Postgres refused a row because there is one of its key: the transaction is over. */
export const isUniqueViolation = (error: unknown): boolean => hasCode(error, uniqueViolationCode);

/** True when Postgres ended this statement because it and another waited for each other: the transaction is over. */
export const isDeadlock = (error: unknown): boolean => hasCode(error, deadlockCode);

/** True when Postgres did not wait for a lock, as it was told. */
export const isLockNotAvailable = (error: unknown): boolean => hasCode(error, lockNotAvailableCode);
