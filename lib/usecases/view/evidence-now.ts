import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { EvidenceNow } from '#lib/contract/evidence-now.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { evidenceChange } from '#lib/domain/replays/evidence-change.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { evidenceOfNow } from '../plan/evidence-of-now.ts';
import { readSituation } from '../plan/situation.ts';
import type { ReplayDeps } from '../replay-deps.ts';
import { withinDeadline } from '../what-if/within-deadline.ts';

/** Everybody who looks at the same plan within this time sees the same answers: looking costs Kafka little, however many look. */
const keptMs = 5000;
const deadlineMs = 3000;
const keptMost = 200;
const openStates = new Set<Replay['state']>([
  'planned',
  'blocked',
  'awaiting_approval',
  'approved',
  'paused',
]);

type Kept = { until: number; answer: Promise<EvidenceNow> };
const byConfig = new WeakMap<object, Map<string, Kept>>();

async function look(deps: ReplayDeps, replay: Replay): Promise<EvidenceNow> {
  const asOf = deps.clock().toISOString();
  const frozen = new Map(replay.plan?.evidence.map((item) => [item.name, item]));
  try {
    const items = await withinDeadline(
      deadlineMs,
      'how the evidence stands now',
      readSituation(deps, replay).then((situation) => evidenceOfNow(deps, replay, situation)),
    );
    return {
      asOf,
      why: null,
      items: items.map((item) => ({ ...item, change: evidenceChange(frozen.get(item.name), item) })),
    };
  } catch (error) {
    if (!(error instanceof SluiceError) && !(error instanceof BrokerFailure)) throw error;
    return { asOf, why: error.message, items: [] };
  }
}

/**
 * The cheap questions asked again of a plan that somebody may still decide on, beside the frozen answers. At most 3 s, kept for 5 s.
 * null where nothing is left to decide; `why` says why nothing could be read.
 */
export async function readEvidenceNow(deps: ReplayDeps, replay: Replay): Promise<EvidenceNow | null> {
  if (!replay.plan || replay.purpose !== 'replay' || !openStates.has(replay.state)) return null;
  const kept = byConfig.get(deps.config) ?? new Map<string, Kept>();
  byConfig.set(deps.config, kept);
  const now = deps.clock().getTime();
  for (const [key, each] of kept) if (each.until <= now || kept.size > keptMost) kept.delete(key);
  const key = `${replay.id}/${replay.digest}`;
  const known = kept.get(key);
  if (known) return known.answer;
  const answer = look(deps, replay);
  kept.set(key, { until: now + keptMs, answer });
  answer.catch(() => kept.delete(key));
  return answer;
}
