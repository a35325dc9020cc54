import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import { answer, type EvidenceContext } from './context.ts';

/** Workers ask every minute; what is older says nothing about now. */
const freshMs = 180_000;

/** Only the workers' principal may write, so the workers ask Kafka what it may, and their answers are read here. */
export async function writePermissionEvidence(context: EvidenceContext): Promise<Evidence> {
  const { replay, destination, stores, now } = context;
  const { topic } = destination;
  const told = await stores.writePermissions.of(replay.cluster, topic);
  const fresh = told.filter((each) => now.getTime() - each.asOf.getTime() <= freshMs);
  const denied = fresh.filter((each) => each.allowed === false);
  const allowed = fresh.filter((each) => each.allowed === true);
  const value = { workers: fresh.length, allowed: allowed.length, denied: denied.length };
  if (denied.length > 0)
    return answer(context, 'writePermission', {
      status: 'blocks',
      sentence: `Kafka does not allow the worker's principal to write to ${topic}: nothing could be sent.`,
      value,
      denominator: fresh.length,
    });
  if (allowed.length > 0 && allowed.length === fresh.length)
    return answer(context, 'writePermission', {
      status: 'good',
      sentence: `Kafka allows the worker's principal to write to ${topic} (asked by ${countOf(fresh.length, 'worker')}).`,
      value,
      denominator: fresh.length,
    });
  return answer(context, 'writePermission', {
    status: 'unknown',
    sentence: `Whether the worker may write to ${topic} is not known; it shows with the first batch.`,
    why:
      fresh.find((each) => each.why !== null)?.why ??
      'No worker has asked Kafka within the last three minutes.',
    value,
    denominator: fresh.length,
  });
}
