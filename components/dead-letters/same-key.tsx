import { paths } from '#lib/client/paths.ts';
import type { DeadLetterRecord, DeadLetterRow } from '#lib/contract/dead-letters.ts';
import { sameKeyCountedMost } from '#lib/domain/dead-letters/same-key-counted-most.ts';
import { Age } from '../ui/age.tsx';
import { formatCount } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { dispositionSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

function Other({ of, row }: { of: DeadLetterRecord; row: DeadLetterRow }) {
  return (
    <li className="grid grid-cols-[6rem_minmax(0,1fr)_auto] items-baseline gap-x-3 border-b border-line px-2 py-1.5">
      <Link
        href={paths.deadLetterRecord(of.cluster, of.topic, row.partition, row.offset)}
        className="link font-mono"
      >
        {row.partition} @ {row.offset}
      </Link>
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="text-muted">{row.exceptionClass?.split('.').at(-1) ?? 'no exception named'}</span>{' '}
        <StatusSign sign={dispositionSigns[row.disposition]} />
      </span>
      <span className="text-xs text-muted">
        <Age at={row.at} />
      </span>
    </li>
  );
}

/** What else failed for the key: one that is sent again alone overtakes, or comes behind, what waits here. */
export function SameKey({ record }: { record: DeadLetterRecord }) {
  const { sameKey } = record;
  if (sameKey === null) return null;
  const others = sameKey.count - 1;
  if (others <= 0)
    return <p className="px-2 py-1 text-muted">No other dead letter of this topic has this key.</p>;
  const later = sameKey.later.toReversed();
  const shown = later.length + sameKey.earlier.length;
  return (
    <>
      <p className="px-2 py-1 text-muted">
        {sameKey.count < sameKeyCountedMost ? formatCount(others) : `${formatCount(sameKeyCountedMost - 2)}+`}{' '}
        other {others === 1 ? 'dead letter' : 'dead letters'} of this topic {others === 1 ? 'has' : 'have'}{' '}
        this key
        {shown < others ? `; the ${formatCount(shown)} nearest:` : ':'}
      </p>
      <ol aria-label="Dead letters of the same key, newest first">
        {later.map((row) => (
          <Other key={`${row.partition} ${row.offset}`} of={record} row={row} />
        ))}
        <li className="border-b border-line px-2 py-1.5 text-xs text-faint">this one</li>
        {sameKey.earlier.map((row) => (
          <Other key={`${row.partition} ${row.offset}`} of={record} row={row} />
        ))}
      </ol>
    </>
  );
}
