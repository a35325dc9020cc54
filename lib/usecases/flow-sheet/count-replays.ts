import type { Flow } from '#lib/domain/flows/flow.ts';
import type { ReplayCounts } from '#lib/domain/flows/sheet/measured.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import type { Database } from '#lib/store/database.ts';

const lookBackDays = 30;
const dayMs = 86_400_000;
/** A flow that is replayed more often has another problem than its sheet. */
const countedMost = 500;

/** What became of the replays of a flow that were started within the last 30 days. */
export async function countReplays(
  { stores }: Pick<Database, 'stores'>,
  { cluster, name }: Pick<Flow, 'cluster' | 'name'>,
  now: Date,
): Promise<ReplayCounts> {
  const since = new Date(now.getTime() - lookBackDays * dayMs);
  const replays = await stores.replays.startedOf({ cluster, name }, since, countedMost);
  const progress = await stores.replayProgress.of(replays);
  const counts: ReplayCounts = {
    ...{ days: lookBackDays, replays: replays.length, sent: 0, consumedPast: 0, cameBack: 0 },
    ...{ failed: 0, unknown: 0, running: replays.filter(({ state }) => !isTerminal(state)).length },
  };
  for (const { replayed, consumedPast, cameBack, failed, unknown } of progress.values()) {
    counts.sent += replayed;
    counts.consumedPast += consumedPast;
    counts.cameBack += cameBack;
    counts.failed += failed;
    counts.unknown += unknown;
  }
  return counts;
}
