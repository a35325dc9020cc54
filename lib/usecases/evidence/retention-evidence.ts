import { type Expiry, expiriesOf, soonestExpiry } from '#lib/domain/dead-letters/expiry.ts';
import { keepingOf } from '#lib/domain/flows/keeping.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { answer, type EvidenceContext } from './context.ts';

const inWords = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
};

/** Later than this is never. */
const latestMs = Date.UTC(9999, 0);

/** Time until retention takes the first frozen record: the rules of the worker's clock, asked of what is frozen (ADR 16). */
export async function retentionEvidence(context: EvidenceContext): Promise<Evidence> {
  const { source, policy, frozen, now, replay, stores } = context;
  const { topic, topicId } = replay.source;
  const keeping = keepingOf(source.config);
  const firsts = frozen.summary.partitions.map(({ partition, first }) => ({
    partition,
    offset: BigInt(first),
  }));
  const written = await stores.replayEvidence.writtenUpTo({ clusterId: replay.clusterId, topicId }, firsts);
  const known: Expiry[] = [];
  const unknown = new Set<string>();
  for (const { offset, at, newestUpTo } of written) {
    const first = { offset, atMs: at.getTime(), newestUpToMs: newestUpTo.getTime() };
    const found = expiriesOf(first, keeping, null, now.getTime());
    known.push(...found.known.filter((each) => each.atMs < latestMs));
    for (const cause of found.unknown) unknown.add(cause);
  }
  if (written.length < firsts.length) unknown.add('time');
  const soonest = soonestExpiry(known);
  const leftMs = soonest && Math.max(0, soonest.atMs - now.getTime());
  const value = { leftMs, by: soonest?.by ?? null, notTold: [...unknown], partitions: written.length };
  const denominator = firsts.length;
  const needed = policy.approvalTtlMs + policy.startTtlMs + replay.bounds.maxDurationMs;
  if (leftMs !== null && leftMs < needed)
    return answer(context, 'retention', {
      status: 'warns',
      sentence:
        leftMs === 0
          ? 'Retention may take the first frozen record at any moment.'
          : `Retention may take the first frozen record in ${inWords(leftMs)}, before approving, starting and sending have to be done.`,
      value,
      denominator,
    });
  if (unknown.size > 0)
    return answer(context, 'retention', {
      status: 'unknown',
      sentence: `When ${topic} loses the first frozen record is not known.`,
      why: unknown.has('size')
        ? 'The topic is limited by size too, and what that takes depends on what arrives.'
        : unknown.has('time')
          ? 'The broker did not tell its retention, or the index does not have the record any more.'
          : 'The broker did not tell its cleanup.policy.',
      value,
      denominator,
    });
  return answer(context, 'retention', {
    status: 'good',
    sentence:
      leftMs === null
        ? `${topic} keeps its records for good.`
        : `Retention takes the first frozen record in ${inWords(leftMs)} at the earliest.`,
    value,
    denominator,
  });
}
