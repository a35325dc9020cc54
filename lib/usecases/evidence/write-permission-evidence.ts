import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import { answer, type EvidenceContext } from './context.ts';

/** Workers ask every minute; what is older says nothing about now. */
const freshMs = 180_000;

type Told = { topic: string; workers: number; allowed: number; denied: number; why: string | null };

async function toldOf({ replay, stores, now }: EvidenceContext, topic: string): Promise<Told> {
  const told = await stores.writePermissions.of(replay.cluster, topic);
  const fresh = told.filter((each) => now.getTime() - each.asOf.getTime() <= freshMs);
  const of = (allowed: boolean) => fresh.filter((each) => each.allowed === allowed).length;
  const why = fresh.find((each) => each.why !== null)?.why ?? null;
  return { topic, workers: fresh.length, allowed: of(true), denied: of(false), why };
}

/**
 * Only the workers' principal may write, so the workers ask Kafka what it may, and their answers are read here: for the destination, and for the quarantine
 * where something is diverted.
 */
export async function writePermissionEvidence(context: EvidenceContext): Promise<Evidence> {
  const { destination, diversion } = context;
  const target = await toldOf(context, destination.topic);
  const all = [target, ...(diversion ? [await toldOf(context, diversion.topic)] : [])];
  const { workers, allowed, denied } = target;
  const [, quarantine] = all;
  const value = {
    ...{ workers, allowed, denied },
    ...(quarantine && { quarantine: { allowed: quarantine.allowed, denied: quarantine.denied } }),
  };
  const rest = { value, denominator: workers };
  const names = (some: readonly Told[]) => some.map(({ topic }) => topic).join(' and ');
  const refused = all.filter((each) => each.denied > 0);
  if (refused.length > 0)
    return answer(context, 'writePermission', {
      status: 'blocks',
      sentence: `Kafka does not allow the worker's principal to write to ${names(refused)}: nothing could be sent${refused.includes(target) ? '' : ' there'}.`,
      ...rest,
    });
  const unknown = all.filter((each) => each.allowed === 0 || each.allowed < each.workers);
  if (unknown.length === 0)
    return answer(context, 'writePermission', {
      status: 'good',
      sentence: `Kafka allows the worker's principal to write to ${names(all)} (asked by ${countOf(workers, 'worker')}).`,
      ...rest,
    });
  return answer(context, 'writePermission', {
    status: 'unknown',
    sentence: `Whether the worker may write to ${names(unknown)} is not known; it shows with the first batch.`,
    why:
      unknown.find(({ why }) => why !== null)?.why ??
      'No worker has asked Kafka within the last three minutes.',
    ...rest,
  });
}
