import type { GroupDetail } from '#lib/contract/lag.ts';
import { Age } from '../ui/age.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { plural } from '../ui/format.ts';
import { Bytes, Coordinate } from '../ui/quantity.tsx';
import { Sign } from '../ui/sign.tsx';

/** The record that a stuck partition waits on. */
export function Blocking({ record }: { record: NonNullable<GroupDetail['blocking']> }) {
  const coordinate = `${record.topic}-${record.partition} @ ${record.offset}`;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-l-2 border-act bg-act-soft px-3 py-2">
      <span className="flex items-center gap-2 font-medium">
        <Sign shape="square" tone="act" /> Stuck at
      </span>
      <span className="flex items-center">
        <Coordinate topic={record.topic} partition={record.partition} offset={record.offset} />
        <CopyButton text={coordinate} label="coordinate" />
      </span>
      {record.keyText === null ? (
        <span className="text-muted">key not shown</span>
      ) : (
        <span>key {record.keyText}</span>
      )}
      <span>
        <Bytes value={record.valueBytes} why="not fetched" />
      </span>
      {record.at === null ? null : (
        <span>
          written <Age at={record.at} />
        </span>
      )}
      {record.sameKeyDeadLetters === null ? null : (
        <span className={record.sameKeyDeadLetters > 0 ? 'font-medium' : 'text-muted'}>
          {record.sameKeyDeadLetters === 0
            ? 'its key was never dead-lettered'
            : `same key dead-lettered ${plural(record.sameKeyDeadLetters, 'time')}`}
        </span>
      )}
    </p>
  );
}
