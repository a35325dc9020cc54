import type { GroupDetail } from '#lib/contract/lag.ts';
import { formatPercent } from '../ui/format.ts';
import { Sign } from '../ui/sign.tsx';

/** Partitions that take far more than their even share: another consumer does not help there. */
export function HotPartitions({ hot }: { hot: GroupDetail['hotPartitions'] }) {
  if (hot.length === 0) return null;
  const named = hot.map(({ topic, partition, share }) => `${topic}-${partition} (${formatPercent(share)})`);
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      <Sign shape="triangle" tone="warn" />
      <span>
        Skewed: {named.join(', ')} {hot.length === 1 ? 'takes' : 'take'} at least twice the even share of what
        is produced. More members don’t help there; the key decides.
      </span>
    </p>
  );
}
