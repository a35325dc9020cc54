import pg from 'pg';
import { beginAsking, ProbeFailure } from './asking.ts';
import type { SqlProbeConfig } from './config.ts';
import type { EffectProbe, ProbeAnswer } from './port.ts';

const keysAStatement = 1000;
/** One more than can be right: that it is too many is then seen without reading on. */
const rowsMax = keysAStatement + 1;
/** What Postgres can't take as text, so that it is nobody's key there. */
const askable = (key: string): boolean => !key.includes('\u0000') && key.isWellFormed();

function answersOf(
  keys: readonly string[],
  { rows, fields }: { rows: unknown[][]; fields: readonly unknown[] },
): Map<string, ProbeAnswer> {
  const answers = new Map<string, ProbeAnswer>(
    keys.map((key) => [
      key,
      askable(key) ? { kind: 'not_done' } : { kind: 'unknown', why: "the key can't be asked for in SQL" },
    ]),
  );
  if (rows.length === rowsMax) throw new ProbeFailure(`it answers more rows than keys`);
  for (const [key, done] of rows) {
    if (typeof key !== 'string' || !answers.has(key))
      throw new ProbeFailure('its first column is not one of the keys that were asked for, as text');
    if (fields.length > 1 && typeof done !== 'boolean' && done !== null)
      throw new ProbeFailure('its second column is not a boolean');
    answers.set(
      key,
      fields.length === 1 || done === true
        ? { kind: 'done' }
        : done === false
          ? { kind: 'not_done' }
          : { kind: 'unknown', why: 'the books say neither done nor not done' },
    );
  }
  return answers;
}

async function query(config: SqlProbeConfig, keys: readonly string[], signal: AbortSignal) {
  const url = new URL(config.connection);
  if (config.password !== null) url.password = config.password;
  const client = new pg.Client({
    connectionString: url.href,
    application_name: 'sluice-probe',
    connectionTimeoutMillis: config.timeoutMs,
    statement_timeout: config.timeoutMs,
    options: '-c default_transaction_read_only=on',
  });
  // A connection that breaks is told by the statement that waits on it.
  client.on('error', () => undefined);
  const cut = () => void client.end();
  signal.addEventListener('abort', cut);
  try {
    await client.connect();
    await client.query('BEGIN TRANSACTION READ ONLY');
    return answersOf(
      keys,
      await client.query({
        text: `SELECT * FROM (${config.query}) AS answers LIMIT ${rowsMax}`,
        values: [keys.filter(askable)],
        rowMode: 'array',
      }),
    );
  } catch (error) {
    if (error instanceof ProbeFailure) throw error;
    const { code, message } = error as Error & { code?: string };
    throw new ProbeFailure(`the statement failed (${code ?? message})`);
  } finally {
    signal.removeEventListener('abort', cut);
    await client.end();
  }
}

/** Asks PostgreSQL, 1,000 keys a statement, each in a read-only transaction: what writes is refused by the database itself. */
export const createSqlProbe = (config: SqlProbeConfig): EffectProbe => ({
  name: config.name,
  begin: () =>
    beginAsking({ ...config, biteKeys: keysAStatement }, (keys, signal) => query(config, keys, signal)),
});
