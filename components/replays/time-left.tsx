'use client';
import type { ReplayView } from '#lib/contract/replays.ts';
import { useNow } from '../ui/age.tsx';
import { formatDuration } from '../ui/format.ts';

const soonMs = 5 * 60_000;

/** What runs out in this state, and when; null where nothing does. */
export function limitOf(replay: Pick<ReplayView, 'state' | 'expiresAt' | 'startBy'>) {
  if (replay.state === 'awaiting_approval' && replay.expiresAt)
    return { at: replay.expiresAt, for: 'to approve', over: 'the plan is too old to approve' };
  if (replay.state === 'planned' && replay.expiresAt)
    return { at: replay.expiresAt, for: 'to submit and approve', over: 'the plan is too old: plan again' };
  if (replay.state === 'approved' && replay.startBy)
    return { at: replay.startBy, for: 'to start', over: 'the approval has run out' };
  return null;
}

/** `27 min left to approve`. Red only in the last five minutes: then someone must act. */
export function TimeLeft({
  replay,
  short = false,
}: {
  replay: Pick<ReplayView, 'state' | 'expiresAt' | 'startBy'>;
  /** In a column that says what runs out. */
  short?: boolean;
}) {
  const now = useNow();
  const limit = limitOf(replay);
  if (limit === null) return null;
  const left = Date.parse(limit.at) - now;
  const text = formatDuration(
    left > 60_000 ? Math.floor(left / 60_000) * 60_000 : Math.ceil(left / 1000) * 1000,
  );
  return (
    <time
      dateTime={limit.at}
      title={`${limit.for}: ${limit.at}`}
      suppressHydrationWarning
      className={`whitespace-nowrap ${left < soonMs ? 'font-medium text-act' : ''}`}
    >
      {left <= 0 ? (short ? 'over' : limit.over) : short ? text : `${text} left ${limit.for}`}
    </time>
  );
}
