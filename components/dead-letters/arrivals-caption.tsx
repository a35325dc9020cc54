import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { Button } from '../ui/button.tsx';
import { formatClock, formatCount, plural } from '../ui/format.ts';
import { countWithin, type OpenRange } from './brush-range.ts';
import type { Bin } from './histogram-bins.ts';

/** Why the histogram may not show everything; null when it does. */
export function whatIsMissing(index: DeadLetterTopic['index'], more: boolean): string | null {
  const said = [
    index.caughtUp
      ? null
      : index.behindRecords === null
        ? 'How far the index is behind is not known: newer arrivals may be missing.'
        : `The index is ${plural(index.behindRecords, 'record')} behind, and they may belong anywhere on this axis.`,
    more ? 'Counted are the 500 failure groups with the most open records; there are more.' : null,
  ].filter((each) => each !== null);
  return said.length === 0 ? null : said.join(' ');
}

const rangeText = ({ from, to }: OpenRange, now: Date): string =>
  `${from === null ? 'the beginning' : formatClock(new Date(from), now)} – ${to === null ? 'now' : formatClock(new Date(to), now)}`;

/** The chosen range in words and numbers, how to take it away, and what is missing from the bars. */
export function ArrivalsCaption({
  bins,
  range,
  missing,
  onClear,
}: {
  bins: readonly Bin[];
  range: OpenRange;
  missing: string | null;
  onClear: () => void;
}) {
  const now = new Date(bins.at(-1)?.to ?? 0);
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const least = missing === null ? '' : 'at least ';
  const chosen = range.from !== null || range.to !== null;
  const { count, whole } = countWithin(bins, range);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      <p aria-live="polite">
        {chosen ? (
          <>
            <span className="font-medium text-ink tabular-nums">{rangeText(range, now)}</span>
            {': '}
            {/* A bar that lies partly in the range is counted whole, so it is no lower bound any more. */}
            {whole ? least : 'about '}
            {formatCount(count)} of {least}
            {plural(total, 'arrival')}
          </>
        ) : (
          <>
            {least === '' ? '' : 'At least '}
            {plural(total, 'arrival')}. Drag over the bars, or move their edges, to choose a time.
          </>
        )}
      </p>
      {chosen ? (
        <Button size="sm" onClick={onClear}>
          Clear the time
        </Button>
      ) : null}
      {missing === null ? null : <p className="text-warn">{missing}</p>}
    </div>
  );
}
