import { formatBytes, formatCount, formatDuration, plural } from '../ui/format.ts';
import { Explain } from '../ui/problem.tsx';
import { unsearchedText } from './scan-words.ts';
import type { ScanState } from './use-payload-scan.ts';

function Ending({ state: { end, stopped, progress } }: { state: ScanState }) {
  if (end) {
    const unsearched = unsearchedText(end.unsearched);
    return (
      <>
        <span className={end.ending === 'complete' ? '' : 'text-warn'}>{end.detail}</span>
        {unsearched === null ? null : <span className="text-warn"> {unsearched}</span>}
      </>
    );
  }
  if (stopped === 'cancelled')
    return (
      <>Cancelled{progress ? ` after ${formatCount(progress.read)} of ${formatCount(progress.of)}` : ''}.</>
    );
  if (stopped === 'cut')
    return (
      <span className="text-warn">
        The answer broke off. What was found stands; search again for the rest.
      </span>
    );
  return stopped === null ? null : (
    <span className="text-act">
      {stopped.detail} <Explain problem={stopped} />
    </span>
  );
}

/** How far a scan is, in numbers and as a bar, and how it ended. */
export function ScanProgress({ state }: { state: ScanState }) {
  const { start, progress, running, end } = state;
  const of = progress?.of ?? start?.of ?? null;
  const read = progress?.read ?? 0;
  return (
    <div className="flex flex-col gap-1 text-xs text-muted">
      {running || of !== null ? (
        <p className="flex flex-wrap items-center gap-x-3 tabular-nums">
          {running ? (
            <progress
              aria-label="Dead letters looked into"
              className="h-1.5 w-40 appearance-none overflow-hidden rounded-sm border-0 bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
              {...(of === null ? {} : { max: Math.max(1, of), value: read })}
            />
          ) : null}
          <span>
            {of === null
              ? 'Counting what to look into'
              : `${formatCount(read)} of ${plural(of, 'record')} looked into`}
            {start?.more ? ' (there are more)' : ''}
            {progress ? ` · ${formatBytes(progress.bytes)} · ${formatDuration(progress.ms)}` : ''}
          </span>
          <span className="font-medium text-ink">{formatCount(progress?.found ?? 0)} found</span>
        </p>
      ) : null}
      <p role="status">{running ? '' : <Ending state={state} />}</p>
      {end !== null && start?.behindRecords !== 0 ? (
        <p className="text-warn">
          {start?.behindRecords == null
            ? 'How far the index is behind is not known: newer records were not searched.'
            : `${plural(start.behindRecords, 'record')} ${start.behindRecords === 1 ? 'was' : 'were'} not indexed yet, and not searched.`}
        </p>
      ) : null}
    </div>
  );
}
