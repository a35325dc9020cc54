'use client';
import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import type { FailureGroup } from '#lib/contract/dead-letters.ts';
import type { NextWave } from '#lib/contract/next-wave.ts';
import { Age, useNow } from '../ui/age.tsx';
import { formatCount, plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { verdictSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { FailureMarks } from './failure-marks.tsx';
import { FailureMenu } from './failure-menu.tsx';
import { binHistograms } from './histogram-bins.ts';
import { MiniBars } from './mini-bars.tsx';
import { visibleText } from './visible-text.ts';
import { waitingByFailure } from './waiting-by-failure.ts';

/** `com.shop.payments.ProviderTimeout` reads as `ProviderTimeout`; the whole name is on hover. */
export const shortClass = (name: string): string => name.split(/[.$]/).at(-1) || name;

const frame =
  'relative flex flex-col gap-1 border-b border-line px-2 py-2 focus-within:bg-hover hover:bg-hover';

const quietMs = 60_000;

/** Whether a failure still happens: something arrived within the last minute. */
export function Arriving({ group }: { group: Pick<FailureGroup, 'arrivals' | 'lastAt'> }) {
  const now = useNow();
  const { m5 } = group.arrivals;
  const still = now - Date.parse(group.lastAt) < quietMs;
  return (
    <span className={still ? 'text-warn' : ''}>
      {m5 > 0 ? formatCount(m5) : 'none'} in 5 min,{' '}
      {still ? (
        'still arriving'
      ) : (
        <>
          last <Age at={group.lastAt} />
        </>
      )}
    </span>
  );
}

function Group({
  place,
  group,
  axis,
  href,
  current,
  waiting,
}: {
  place: TopicPlace;
  group: FailureGroup;
  axis: readonly FailureGroup['histogram'][];
  href: string;
  current: boolean;
  waiting: number;
}) {
  const label = `Arrivals of this failure: ${plural(group.count, 'record')}, ${formatCount(group.arrivals.h1)} in the last hour`;
  return (
    <li data-row={group.fingerprint} className={`${frame} ${current ? 'bg-selected hover:bg-selected' : ''}`}>
      <div className="flex flex-wrap items-start justify-end gap-x-2">
        <Link
          href={href}
          scroll={false}
          data-row-link=""
          aria-current={current ? 'true' : undefined}
          className="row-link line-clamp-2 min-w-0 flex-1 font-medium [overflow-wrap:anywhere]"
        >
          {visibleText(group.title)}
        </Link>
        <span className="shrink-0 text-right text-base font-semibold" title="open, of all that were seen">
          {formatCount(group.open)}
          <span className="block text-2xs font-normal text-faint">open of {formatCount(group.count)}</span>
        </span>
        <FailureMenu place={place} group={group} />
      </div>
      <div className="flex items-end justify-between gap-3 text-xs text-muted">
        <div className="flex min-w-0 flex-col">
          <StatusSign sign={verdictSigns[group.verdict]} />
          <span className="truncate" title={group.exceptionClass ?? undefined}>
            {group.exceptionClass === null ? 'no exception class' : shortClass(group.exceptionClass)}
            {group.topFrame === null ? null : <span className="text-faint"> · {group.topFrame}</span>}
          </span>
          <Arriving group={group} />
        </div>
        <MiniBars bins={binHistograms([group.histogram], 32, axis)} label={label} />
      </div>
      {waiting === 0 ? null : (
        <span className="text-xs text-muted" title="Seen among what waits in the flow's retry topics">
          at least {formatCount(waiting)} more {waiting === 1 ? 'waits' : 'wait'} to be tried again
        </span>
      )}
      <FailureMarks marks={group} />
    </li>
  );
}

/** Failure groups, most open first. `null` is all of them together. */
export function FailureList({
  place,
  groups,
  chosen,
  hrefOf,
  wave,
}: {
  place: TopicPlace;
  groups: readonly FailureGroup[];
  chosen: string | null;
  hrefOf: (fingerprint: string | null) => string;
  wave: NextWave | null;
}) {
  const ranked = [...groups].sort((a, b) => b.open - a.open || b.count - a.count);
  const axis = groups.map((group) => group.histogram);
  const waiting = waitingByFailure(wave);
  const open = groups.reduce((sum, group) => sum + group.open, 0);
  return (
    <ul aria-label="Failure groups">
      <li data-row="all" className={`${frame} ${chosen === null ? 'bg-selected hover:bg-selected' : ''}`}>
        <div className="flex justify-between gap-3">
          <Link
            href={hrefOf(null)}
            scroll={false}
            data-row-link=""
            aria-current={chosen === null ? 'true' : undefined}
            className="row-link"
          >
            All failures
          </Link>
          <span className="text-muted">{formatCount(open)} open</span>
        </div>
      </li>
      {ranked.map((group) => (
        <Group
          key={group.fingerprint}
          place={place}
          group={group}
          axis={axis}
          href={hrefOf(group.fingerprint)}
          current={group.fingerprint === chosen}
          waiting={waiting.get(group.fingerprint) ?? 0}
        />
      ))}
    </ul>
  );
}
