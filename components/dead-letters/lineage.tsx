import type { ReactNode } from 'react';
import { paths } from '#lib/client/paths.ts';
import type { DeadLetterRecord } from '#lib/contract/dead-letters.ts';
import { replayStates } from '#lib/domain/replays/state.ts';
import { Age } from '../ui/age.tsx';
import { Link } from '../ui/link.tsx';
import { Coordinate, Unknown } from '../ui/quantity.tsx';
import { Section } from '../ui/section.tsx';
import { type Shape, Sign, type Tone } from '../ui/sign.tsx';
import { dispositionSigns, replaySigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

type Place = { topic: string | null; partition: number | null; offset: string | null };

const Where = ({ place, why }: { place: Place; why: string }) =>
  place.topic === null || place.partition === null || place.offset === null ? (
    <>
      {place.topic ?? <Unknown why={why} word="unknown" />}
      {place.topic !== null && place.partition !== null ? `-${place.partition}` : ''}
    </>
  ) : (
    <Coordinate topic={place.topic} partition={place.partition} offset={place.offset} />
  );

function Hop({
  name,
  shape,
  tone = 'idle',
  at,
  children,
}: {
  name: string;
  shape: Shape;
  tone?: Tone;
  at: string | null;
  children: ReactNode;
}) {
  return (
    <li className="grid grid-cols-[0.75rem_4.5rem_minmax(0,1fr)_auto] items-baseline gap-x-3 border-b border-line px-2 py-1.5">
      <Sign shape={shape} tone={tone} className="translate-y-0.5" />
      <span className="text-muted">{name}</span>
      <span className="min-w-0">{children}</span>
      <span className="text-xs text-muted">{at === null ? null : <Age at={at} />}</span>
    </li>
  );
}

/** Where the record came from, hop by hop, and every replay that has had it since. */
export function Lineage({ record }: { record: DeadLetterRecord }) {
  const { origin, lastHop } = record;
  return (
    <Section title="Lineage">
      <ol aria-label="Lineage">
        <Hop name="Origin" shape="ring" at={origin.at}>
          <Where place={origin} why="its headers name no complete origin" />
          <span className="block text-xs text-muted">
            {origin.group === null ? '' : `read by ${origin.group} · `}
            {origin.provenance}
          </span>
        </Hop>
        {lastHop === null ? null : (
          <Hop name="Last hop" shape="ahead" at={lastHop.at}>
            <Where place={lastHop} why="its headers name no complete last hop" />
            {lastHop.group === null ? null : (
              <span className="block text-xs text-muted">read by {lastHop.group}</span>
            )}
          </Hop>
        )}
        <Hop name="Here" shape="square" tone="warn" at={record.at}>
          <Coordinate topic={record.topic} partition={record.partition} offset={record.offset} />
          <span className="block text-xs text-muted">
            {record.attempts === null
              ? 'attempts not counted by its convention'
              : `after ${record.attempts} ${record.attempts === 1 ? 'attempt' : 'attempts'}`}
            {' · '}
            {record.convention === 'none' ? 'no failure headers' : record.convention}
          </span>
        </Hop>
        {record.replays.map((replay) => {
          const state = replayStates.find((each) => each === replay.state);
          return (
            <Hop key={replay.id} name="Replay" shape="play" tone="accent" at={replay.at}>
              <Link href={paths.replay(replay.id)} className="link">
                {replay.id}
              </Link>{' '}
              {state ? <StatusSign sign={replaySigns[state]} className="pl-2" /> : replay.state}
            </Hop>
          );
        })}
        {record.copies.map((copy) => (
          <Hop key={`${copy.topic} ${copy.replayId}`} name="Copy" shape="square" tone="ok" at={copy.at}>
            copied to quarantine{' '}
            <Where
              place={{ ...copy }}
              why={`it was sent to ${copy.topic}; where it landed could not be found again`}
            />
            <span className="block text-xs text-muted">
              by preserve{' '}
              <Link href={paths.replay(copy.replayId)} className="link">
                {copy.replayId}
              </Link>
              ; the original stays as it is
            </span>
          </Hop>
        ))}
        <Hop
          name="Now"
          shape={dispositionSigns[record.disposition].shape}
          tone={dispositionSigns[record.disposition].tone}
          at={null}
        >
          {dispositionSigns[record.disposition].word}
        </Hop>
      </ol>
      <p className="px-2 py-1.5 text-xs text-muted">
        Lineage root <code className="[overflow-wrap:anywhere]">{record.lineageRoot}</code>
        {' · '}
        <Link
          href={paths.decisions({
            cluster: record.cluster,
            topic: record.topic,
            partition: record.partition,
            offset: record.offset,
          })}
          className="link"
        >
          who decided what on this record
        </Link>
      </p>
    </Section>
  );
}
