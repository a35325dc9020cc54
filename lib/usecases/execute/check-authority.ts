import { approvalsMissing, outOfTime } from '#lib/domain/replays/approvals.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { earlierFormatSentence, sealStanding } from '#lib/domain/replays/seal.ts';
import type { Stores } from '#lib/store/database.ts';
import { checkBreakGlass } from './check-break-glass.ts';
import { checkPolicy } from './check-policy.ts';
import { checkPreserve } from './check-preserve.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

/**
 * Invariant 1, checked by the worker itself: the row still says what was sealed, exactly this seal has its approvals under the
 * current policy, and this worker's policy file is that version. @throws Hold with the reason
 */
export async function checkAuthority(
  deps: Pick<ExecutionDeps, 'policyHash' | 'flows' | 'defaultPolicy' | 'clusters'>,
  stores: Stores,
  replay: Replay,
): Promise<void> {
  const standing = sealStanding(replay);
  if (standing === 'earlier_format')
    throw new Hold(
      `${earlierFormatSentence}: nothing more is sent on its word. Abort it; what was not sent is open again and can be planned anew.`,
    );
  if (standing !== 'holds')
    throw new Hold('What is stored of this replay no longer fits its seal: nothing is sent.');
  const policy = await stores.policies.current();
  if (!policy || policy.hash !== replay.policyHash)
    throw new Hold(
      'The policy has changed since this replay was approved: abort it, and what was not sent is open again and can be planned under the current policy.',
    );
  if (policy.hash !== deps.policyHash())
    throw new Hold(
      "This worker's policy file is not the current version: give every worker the same file and restart it.",
    );
  const { plan } = replay;
  if (!plan) throw new Hold('The replay has no plan.');
  const glass = replay.purpose === 'replay' ? await stores.breakGlass.of(replay.id) : null;
  if (replay.purpose === 'preserve') await checkPreserve(deps, replay);
  else {
    const { verdict } = checkPolicy(deps, replay, plan);
    if (glass) await checkBreakGlass(deps, stores, replay, { plan, glass, verdict });
  }
  const approvals = await stores.replayApprovals.of(replay.id);
  const missing = approvalsMissing(replay, approvals, glass);
  if (missing > 0)
    throw new Hold(
      `${missing} approval${missing === 1 ? '' : 's'} of exactly this seal missing: nothing is sent.`,
    );
  const late = glass ? null : outOfTime(replay, approvals);
  if (late) throw new Hold(`${late} Nothing is sent.`);
}
