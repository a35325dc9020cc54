import { can } from '#lib/auth/authorize.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { BreakGlass } from '#lib/domain/replays/break-glass.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Database } from '#lib/store/database.ts';
import { countText, durationText, type Found } from './severity.ts';

export type OpenReview = { replay: Replay; glass: BreakGlass };
const most = 100;

/** Replays that were started without approval and that nobody has reviewed, the oldest first. */
export async function openReviews({ stores }: Pick<Database, 'stores'>): Promise<OpenReview[]> {
  const glasses = await stores.breakGlass.unreviewed(most);
  const replays = await Promise.all(glasses.map((glass) => stores.replays.read(glass.replayId)));
  return glasses.flatMap((glass, at) => {
    const replay = replays[at];
    return replay ? [{ replay, glass }] : [];
  });
}

/** Each demands a review, of everybody loudly: who may give it reads that, who may not sees that it is missing. */
export function reviewItems(open: readonly OpenReview[], principal: Principal, now: Date): Found[] {
  return open.map(({ replay, glass }) => {
    const scope = { cluster: replay.cluster, ...(replay.flow ? { flow: replay.flow } : {}) };
    const prepared = [glass.userId, ...replay.preparedBy].some((id) => id === principal.userId);
    const mine = !prepared && can(principal, 'replay.review', scope);
    const leftMs = glass.reviewBy.getTime() - now.getTime();
    const left = leftMs > 0 ? `${durationText(leftMs)} left` : `overdue by ${durationText(-leftMs)}`;
    return {
      kind: 'approval',
      severity: 'act',
      title: `${glass.by} started replay ${replay.id} without approval: ${mine ? 'your review' : 'a review'} is wanted · ${left}`,
      detail: `"${glass.reason}" · ${countText(replay.plan?.manifest.records ?? 0, 'record')} → ${replay.destination.topic}`,
      resource: `replay/${replay.id}/review`,
      href: consolePage.replay(replay.id),
      verb: mine ? 'review' : 'look',
      owner: null,
      runbook: null,
      since: glass.at.toISOString(),
    };
  });
}
