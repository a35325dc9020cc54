import { approvalsMissing } from '#lib/domain/replays/approvals.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { sealHolds } from '#lib/domain/replays/seal.ts';
import type { Stores } from '#lib/store/database.ts';
import { checkPreserve } from './check-preserve.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

/**
 * Invariant 1, checked by the worker itself: the row still says what was sealed, exactly this seal has its approvals under the
 * current policy, and this worker's policy file is that version. @throws Hold with the reason
 */
export async function checkAuthority(
  deps: Pick<ExecutionDeps, 'policyHash' | 'flows' | 'clusters'>,
  stores: Stores,
  replay: Replay,
): Promise<void> {
  if (!sealHolds(replay))
    throw new Hold('What is stored of this replay no longer fits its seal: nothing is sent.');
  const policy = await stores.policies.current();
  if (!policy || policy.hash !== replay.policyHash)
    throw new Hold(
      'The policy has changed since this replay was approved: plan it again under the current policy.',
    );
  if (policy.hash !== deps.policyHash())
    throw new Hold(
      "This worker's policy file is not the current version: give every worker the same file and restart it.",
    );
  if (replay.purpose === 'preserve') await checkPreserve(deps, replay);
  const missing = approvalsMissing(replay, await stores.replayApprovals.of(replay.id));
  if (missing > 0)
    throw new Hold(
      `${missing} approval${missing === 1 ? '' : 's'} of exactly this seal missing: nothing is sent.`,
    );
}
