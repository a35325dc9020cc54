'use client';
import { paths } from '#lib/client/paths.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { Age } from '../ui/age.tsx';
import { formatCount } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { Sign } from '../ui/sign.tsx';
import { evidenceSigns } from '../ui/signs.ts';
import { risksOf } from './risks.ts';
import { TimeLeft } from './time-left.tsx';

function Item({ replay }: { replay: ReplayView }) {
  const risks = risksOf(replay);
  const worst = risks.blocks[0] ?? risks.warns[0] ?? risks.unknown[0] ?? null;
  const status = risks.blocks[0] ? 'blocks' : risks.warns[0] ? 'warns' : 'unknown';
  const more = risks.blocks.length + risks.warns.length + risks.unknown.length - 1;
  return (
    <li
      data-row={replay.id}
      className="relative flex flex-col gap-1 border-b border-line px-2 py-3 focus-within:bg-hover hover:bg-hover"
    >
      <p className="flex flex-wrap items-baseline gap-x-3 text-xs text-muted">
        <Link href={paths.replay(replay.id)} data-row-link="" className="row-link link">
          Review {replay.id}
        </Link>
        <span>
          asked by {replay.requester} <Age at={replay.createdAt} />
        </span>
        <span className="ml-auto">
          <TimeLeft replay={replay} />
        </span>
      </p>
      <p className="text-base font-semibold [overflow-wrap:anywhere]">
        {replay.consequence ?? `To ${replay.destination.topic}`}
      </p>
      <p className="[overflow-wrap:anywhere]">
        “{replay.reason}”{replay.ticket === null ? '' : ` · ${replay.ticket}`}
      </p>
      {worst === null ? (
        <p className="flex items-baseline gap-2 text-muted">
          <Sign shape="dot" tone="ok" className="translate-y-0.5" />
          No known risk.
        </p>
      ) : (
        <p className="flex items-baseline gap-2">
          <Sign
            shape={evidenceSigns[status].shape}
            tone={evidenceSigns[status].tone}
            className="translate-y-0.5"
          />
          <span>
            {worst.sentence}
            {more > 0 ? <span className="text-muted"> ({formatCount(more)} more to read)</span> : null}
          </span>
        </p>
      )}
      {replay.undo === null ? null : <p className="text-muted">{replay.undo}</p>}
    </li>
  );
}

/** What waits for the reader's decision: enough to know what one is walking into, on a phone too. */
export const Inbox = ({ replays }: { replays: readonly ReplayView[] }) => (
  <ul aria-label="Waiting for me" className="max-w-3xl border-t border-line">
    {replays.map((replay) => (
      <Item key={replay.id} replay={replay} />
    ))}
  </ul>
);
