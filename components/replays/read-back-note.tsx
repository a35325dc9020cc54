import type { ReplayView } from '#lib/contract/replays.ts';
import { formatCount } from '../ui/format.ts';
import { StatusSign } from '../ui/status-sign.tsx';

type ReadBack = NonNullable<ReplayView['readBack']>;

const doubtsOf = ({ different, missing, orderHeld }: ReadBack): string[] => [
  ...(different > 0 ? [`${formatCount(different)} differ from what was sent, or stand there twice`] : []),
  ...(missing > 0 ? [`${formatCount(missing)} were not found`] : []),
  ...(orderHeld ? [] : ['the order within a partition did not hold']),
];

/** The proof that stands in the log: what another client than the writer's found there. */
export function ReadBackNote({ readBack }: { readBack: ReadBack | null }) {
  if (!readBack) return null;
  const doubts = doubtsOf(readBack);
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-xs" title={readBack.method}>
      <StatusSign
        sign={
          doubts.length === 0
            ? { shape: 'check', tone: 'ok', word: 'read back' }
            : { shape: 'cross', tone: 'act', word: 'read back' }
        }
      />
      <span>
        {formatCount(readBack.equal)} of {formatCount(readBack.checked)} equal byte for byte, read by another
        client{readBack.orderHeld ? ', in order' : ''}
        {readBack.diverted === null
          ? ''
          : `, ${formatCount(readBack.diverted.equal)} of ${formatCount(readBack.diverted.checked)} diverted ones in ${readBack.diverted.topic}`}
        {doubts.length > 0 ? `; ${doubts.join('; ')}` : ''}.
      </span>
    </p>
  );
}
