import pg from 'pg';

const ignore = () => undefined;

/** A pool whose connections are opened when first needed. */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  // An idle connection that breaks is dropped by the pool; without a listener it would take the process down.
  pool.on('error', ignore);
  return pool;
}

/** Work on a connection of the pool, which is thrown away when it fails, and with it what was not committed. */
export async function onConnection<T>(
  pool: Pick<pg.Pool, 'connect'>,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // Between two statements nobody is there to fail with a connection that breaks; the next one does.
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}
