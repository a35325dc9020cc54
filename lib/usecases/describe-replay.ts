import { authorize } from '#lib/auth/authorize.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { readReplay, scopeOf } from './change-replay-state.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { declarationsOf } from './view/declarations.ts';
import { readEvidenceNow } from './view/evidence-now.ts';
import { replayViewOf } from './view/replay-view.ts';

const longestTimeline = 200;
type Deps = Pick<ReplayDeps, 'database' | 'environment' | 'clock'>;

/** One replay with its progress, decisions, story and what this person may do with it. */
export async function viewReplay(
  deps: Deps,
  principal: Principal,
  replay: Replay,
  evidenceNow: ReplayView['evidenceNow'] = null,
): Promise<ReplayView> {
  const { stores } = deps.database;
  const [counts, approvals, glass, lines, drafts, declarations] = await Promise.all([
    stores.replayProgress.of([replay]),
    stores.replayApprovals.of(replay.id),
    stores.breakGlass.of(replay.id),
    stores.audit.list({ resource: `replay/${replay.id}` }, { limit: longestTimeline, before: null }),
    stores.replays.draftedFor([replay.id]),
    declarationsOf(deps, [replay]),
  ]);
  const found = counts.get(replay.id);
  if (!found) throw new Error(`The progress of replay ${replay.id} was not read.`);
  return replayViewOf({
    replay,
    counts: found,
    approvals,
    glass,
    lines,
    drafts: drafts.get(replay.id) ?? [],
    declaration: declarations.get(replay.id) ?? null,
    principal,
    demo: deps.environment.demo,
    now: deps.clock(),
    evidenceNow,
  });
}

/** The same, with its evidence asked again where somebody may still decide on it. @throws SluiceError `not_found`, `forbidden` */
export async function describeReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
): Promise<ReplayView> {
  const replay = await readReplay(deps, id);
  authorize(principal, 'read', scopeOf(replay));
  return viewReplay(deps, principal, replay, await readEvidenceNow(deps, replay));
}
