import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { formatCount, formatPercent, plural } from '../ui/format.ts';
import { Quantity } from '../ui/quantity.tsx';
import { Sign } from '../ui/sign.tsx';

/** How far the index has read the topic. While it is behind, every count on the page is a lower bound. */
export function IndexState({ index }: { index: DeadLetterTopic['index'] }) {
  if (index.caughtUp)
    return (
      <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
        <Sign shape="dot" tone="ok" />
        caught up
      </span>
    );
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-warn">
      <Sign shape="triangle" tone="warn" />
      {index.behindRecords === null
        ? 'behind, by how much is unknown'
        : `behind by ${plural(index.behindRecords, 'record')}`}
    </span>
  );
}

/** Said while dead letters are grouped anew; nothing otherwise. */
export function Regrouping({ regrouping }: Pick<DeadLetterTopic, 'regrouping'>) {
  if (regrouping === null) return null;
  return (
    <span
      className="block whitespace-nowrap text-muted"
      title="The rules by which dead letters are grouped have changed. Until all are grouped by them, some failure groups and verdicts are those of before."
    >
      regrouping, {formatPercent(Math.floor(regrouping.done * 100) / 100)}
    </span>
  );
}

/** An exact count when the index is caught up, "at least" when it is not. */
export function IndexedCount({
  value,
  index,
  unit,
}: {
  value: number;
  index: DeadLetterTopic['index'];
  unit?: string;
}) {
  if (index.caughtUp) return <Quantity value={value} unit={unit} />;
  return (
    <span className="whitespace-nowrap" title="The index is behind the topic: there may be more.">
      <span className="text-faint">at least </span>
      {formatCount(value)}
      {unit ? <span className="text-faint"> {unit}</span> : null}
    </span>
  );
}
