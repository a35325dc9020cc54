import type { PassingTime } from '#lib/compose/process-time.ts';
import type { Database } from '#lib/store/database.ts';
import type { Lease } from '#lib/store/leases.ts';

type Holding = PassingTime & {
  database: Database;
  holder: string;
  leaseMs: number;
  log: (message: string) => void;
};

/**
 * Does `work` while this process holds the lease, renewing it at a third of its time. The signal aborts when the lease is lost, or could
 * not be renewed before it ran out, or the process stops.
 * @returns false when another holds the lease
 */
export async function underLease(
  { database, holder, leaseMs, log, ...time }: Holding,
  name: string,
  stop: AbortSignal,
  work: (lease: Lease, signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const lease = await database.stores.leases.acquire(name, holder, leaseMs);
  if (!lease) return false;
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const renewing = renewUntil(
    time,
    over,
    async () => database.stores.leases.renew(lease, leaseMs),
    leaseMs,
    (reason) => log(`lease ${name}: ${reason}`),
  );
  try {
    await work(lease, signal);
  } finally {
    const lost = over.signal.aborted;
    over.abort();
    await renewing;
    if (!lost)
      await database.stores.leases
        .release(lease)
        .catch((error) => log(`lease ${name} not given back: ${error.message}`));
  }
  return true;
}

async function renewUntil(
  { sleep, elapsedMs }: PassingTime,
  over: AbortController,
  renew: () => Promise<boolean>,
  leaseMs: number,
  lost: (reason: string) => void,
): Promise<void> {
  let heldUntil = elapsedMs() + leaseMs;
  while (!over.signal.aborted) {
    await sleep(leaseMs / 3, over.signal);
    if (over.signal.aborted) return;
    const asked = elapsedMs();
    const renewed = await renew().catch((error: Error) => error);
    if (renewed === true) heldUntil = asked + leaseMs;
    else if (renewed === false || elapsedMs() > heldUntil) {
      lost(
        renewed === false ? 'taken by another worker' : `could not be renewed in time (${renewed.message})`,
      );
      over.abort();
    }
  }
}
