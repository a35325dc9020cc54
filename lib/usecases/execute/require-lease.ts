import type { Stores } from '#lib/store/database.ts';
import type { Lease } from '#lib/store/leases.ts';
import { LeaseLost } from './interruption.ts';

/** Whoever writes of a replay does so under its lease until the transaction ends: one that was stopped meanwhile writes nothing. @throws LeaseLost */
export async function requireLease(
  { leases }: Pick<Stores, 'leases'>,
  lease: Lease,
  replayId: string,
): Promise<void> {
  if (!(await leases.holds(lease))) throw new LeaseLost(replayId);
}
