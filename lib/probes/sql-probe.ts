import pg from 'pg';
import { beginAsking, ProbeFailure } from './asking.ts';
import type { SqlProbeConfig } from './config.ts';
import type { EffectProbe, ProbeAnswer } from './port.ts';

const keysAStatement = 1000;
/** One more than can be right: that it is too many is then seen without reading on. */
const rowsMax = keysAStatement + 1;
/** What Postgres can't take as text, so that it is nobody's key there. */
const askable = (key: string): boolean => !key.includes('\u0000') && key.isWellFormed();

/** What the rows of one key say: it may have several, of several attempts, and which of them counts nobody has declared. */
function agreed([first = null, ...others]: readonly (boolean | null)[]): ProbeAnswer {
  if (others.some((other) => other !== first))
    return { kind: 'unknown', why: 'the books answer it twice, and differently' };
  if (first === null) return { kind: 'unknown', why: 'the books say neither done nor not done' };
  return { kind: first ? 'done' : 'not_done' };
}

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
  const said = new Map<string, (boolean | null)[]>();
  for (const [key, done] of rows) {
    if (typeof key !== 'string' || !answers.has(key))
      throw new ProbeFailure('its first column is not one of the keys that were asked for, as text');
    const settled = fields.length === 1 ? true : done;
    if (typeof settled !== 'boolean' && settled !== null)
      throw new ProbeFailure('its second column is not a boolean');
    said.set(key, [...(said.get(key) ?? []), settled]);
  }
  for (const [key, rowsOfIt] of said) answers.set(key, agreed(rowsOfIt));
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
