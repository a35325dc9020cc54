import type { ReplayView } from '#lib/contract/replays.ts';
import { placesWith } from '#lib/domain/access/decide.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { type ReplayState, replayStates } from '#lib/domain/replays/state.ts';
import type { ReplayFilter } from '#lib/store/replay-filter.ts';
import type { ReplayPage } from '#lib/store/replays.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { declarationsOf } from './view/declarations.ts';
import { replayViewOf } from './view/replay-view.ts';

/** @throws SluiceError `bad_request` naming what is not a state */
export function parseStates(text: string): ReplayState[] {
  return text.split(',').map((part) => {
    const state = replayStates.find((known) => known === part.trim());
    if (state) return state;
    throw new SluiceError('bad_request', `"${part}" is not a state; they are ${replayStates.join(', ')}.`);
  });
}

export type ListedReplay = { view: ReplayView; createdAt: Date };

/** Newest first, of what the principal may read (of what awaits them: and approve). The story of each is on its own page. */
export async function listReplays(
  deps: Pick<ReplayDeps, 'database' | 'environment' | 'clock'>,
  principal: Principal,
  filter: Omit<ReplayFilter, 'within'>,
  page: ReplayPage,
): Promise<ListedReplay[]> {
  const { stores } = deps.database;
  const permissions: Permission[] = filter.awaitingUserId ? ['read', 'replay.approve'] : ['read'];
  const within = permissions.map((permission) => placesWith(principal, permission));
  const replays = await stores.replays.list({ ...filter, within }, page);
  const ids = replays.map((replay) => replay.id);
  const [counts, approvals, drafts, glasses, declarations] = await Promise.all([
    stores.replayProgress.of(replays),
    stores.replayApprovals.ofMany(ids),
    stores.replays.draftedFor(ids),
    stores.breakGlass.ofMany(ids),
    declarationsOf(deps, replays),
  ]);
  const now = deps.clock();
  return replays.flatMap((replay) => {
    const found = counts.get(replay.id);
    if (!found) return [];
    const view = replayViewOf({
      replay,
      counts: found,
      approvals: approvals.get(replay.id) ?? [],
      glass: glasses.get(replay.id) ?? null,
      lines: [],
      drafts: drafts.get(replay.id) ?? [],
      declaration: declarations.get(replay.id) ?? null,
      principal,
      demo: deps.environment.demo,
      now,
    });
    return [{ view, createdAt: replay.createdAt }];
  });
}
