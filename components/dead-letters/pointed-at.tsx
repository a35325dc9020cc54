import type { PointedRecord } from '#lib/contract/dead-letters.ts';
import { Age } from '../ui/age.tsx';
import { Coordinate } from '../ui/quantity.tsx';
import { type Shape, Sign, type Tone } from '../ui/sign.tsx';

const signs: Record<PointedRecord['state'], { shape: Shape; tone: Tone; title: string }> = {
  read: { shape: 'info', tone: 'idle', title: 'Read from the source' },
  unrecoverable: { shape: 'slash', tone: 'act', title: 'Unrecoverable' },
  unreadable: { shape: 'slash', tone: 'warn', title: 'Not readable now' },
  denied: { shape: 'slash', tone: 'warn', title: 'Not shown to you' },
};

/** A dead letter that has no payload of its own: what it points at, and what was found there. */
export function PointedAt({ source }: { source: PointedRecord }) {
  const { shape, tone, title } = signs[source.state];
  const { topic, partition, offset } = source;
  return (
    <div className="flex items-baseline gap-2 text-muted">
      <Sign shape={shape} tone={tone} className="translate-y-0.5" />
      <div className="min-w-0">
        <p>
          <span className="font-medium text-ink">{title}.</span> This dead letter has no value of its own: it
          points at its source. {source.detail}
        </p>
        {topic === null || partition === null || offset === null ? null : (
          <p className="text-xs">
            Source <Coordinate topic={topic} partition={partition} offset={offset} />
            {source.at === null ? null : (
              <>
                , written <Age at={source.at} />
              </>
            )}
            {source.logStart === null ? null : `; its log starts at ${source.logStart}`}
          </p>
        )}
      </div>
    </div>
  );
}
