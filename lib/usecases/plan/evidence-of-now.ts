import type { Evidence } from '#lib/domain/replays/evidence.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReplayDeps } from '../replay-deps.ts';
import { gatherChanging } from './gather-evidence.ts';
import { othersThanHeld } from './other-arrivals.ts';
import type { Situation } from './situation.ts';

type FailureGroup = { fingerprint: string; count: number; verdict: string; title: string };

/** The questions whose answer changes, asked now of a frozen plan; nothing when it has none. @throws BrokerFailure */
export async function evidenceOfNow(
  deps: Pick<ReplayDeps, 'database' | 'clock' | 'flowLooks'>,
  replay: Replay,
  situation: Situation,
): Promise<Evidence[]> {
  const { plan } = replay;
  if (!plan) return [];
  const frozenOf = <T>(name: Evidence['name']) =>
    plan.evidence.find((item) => item.name === name)?.value as T | null | undefined;
  const failureGroups = frozenOf<{ groups?: FailureGroup[] }>('failureGroups')?.groups ?? [];
  const fingerprints = failureGroups.map((group) => group.fingerprint);
  const { stores } = deps.database;
  // What arrived while the plan was sealed and held is not part of it either: it is told from when that was asked.
  const frozenAt = plan.evidence.find((item) => item.name === 'stillFailing')?.at ?? replay.plannedAt;
  return gatherChanging({
    replay,
    ...situation,
    diversion: plan.diversion ? situation.diversion : null,
    stores,
    frozenAt: frozenAt === null ? null : new Date(frozenAt),
    othersSince: othersThanHeld(stores, replay, { fingerprints }),
    findings: situation.declared ? await deps.flowLooks.lately(situation.declared) : [],
    now: deps.clock(),
    tombstones: frozenOf<{ tombstones?: number }>('writeDiff')?.tombstones ?? 0,
    frozen: {
      summary: plan.manifest,
      failureGroups,
      fingerprints,
    },
  });
}
