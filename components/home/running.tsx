'use client';
import { paths } from '#lib/client/paths.ts';
import { activeReplaysQuery } from '#lib/client/replays.ts';
import { useView } from '#lib/client/view.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatCount, formatRate } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { replaySigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { StatusSign } from '../ui/status-sign.tsx';

/** `212 of 5,000`, and a bar as wide as the share that has an end. */
function Progress({ replay }: { replay: ReplayView }) {
  const { records, remaining, cameBack } = replay.progress;
  const done = records - remaining;
  const share = records === 0 ? 0 : done / records;
  return (
    <span className="flex items-center justify-end gap-2">
      <span className="whitespace-nowrap">
        {formatCount(done)} <span className="text-faint">of {formatCount(records)}</span>
        {cameBack > 0 ? <span className="text-act"> · {formatCount(cameBack)} came back</span> : null}
      </span>
      <svg viewBox="0 0 64 4" className="hidden h-1 w-16 text-accent sm:block" aria-hidden="true">
        <rect width="64" height="4" fill="var(--line)" />
        <rect width={64 * share} height="4" fill="currentColor" />
      </svg>
    </span>
  );
}

function stepText(replay: ReplayView): string {
  const step = replay.steps.find((each) => each.state === 'running');
  if (!step) return replay.stateReason ?? '';
  return step.recordsPerSecond === null
    ? step.name
    : `${step.name} at ${formatRate(step.recordsPerSecond)}/s`;
}

function gatesText(replay: ReplayView): string {
  const failing = replay.gates.filter((gate) => gate.state === 'fails');
  if (failing.length > 0) return `${failing.map((gate) => gate.name).join(', ')} fails`;
  return replay.gates.length === 0 ? '' : `${replay.gates.length} gates hold`;
}

const columns: readonly Column<ReplayView>[] = [
  { id: 'state', header: 'State', cell: (replay) => <StatusSign sign={replaySigns[replay.state]} /> },
  {
    id: 'replay',
    header: 'Replay',
    primary: true,
    cell: (replay) => (
      <span>
        <code className="font-medium">{replay.id}</code>{' '}
        <span className="text-muted">→ {replay.destination.topic}</span>
      </span>
    ),
  },
  {
    id: 'step',
    header: 'Step',
    from: 'lg',
    cell: (replay) => (
      <span className="text-muted">{[stepText(replay), gatesText(replay)].filter(Boolean).join(' · ')}</span>
    ),
  },
  { id: 'progress', header: 'Records', align: 'right', cell: (replay) => <Progress replay={replay} /> },
];

/** Replays that send, are paused, or wait for their proof. */
export function Running() {
  const view = useView(activeReplaysQuery());
  return (
    <Section title="Running replays">
      <LiveView
        quiet
        view={view}
        what="running replays"
        skeleton={<SkeletonRows what="running replays" rows={1} />}
      >
        {({ items }) => (
          <DataTable
            label="Running replays"
            rows={items}
            rowKey={(replay) => replay.id}
            rowHref={(replay) => paths.replay(replay.id)}
            columns={columns}
            empty={<p className="px-2 py-3 text-muted">No replay is running.</p>}
          />
        )}
      </LiveView>
    </Section>
  );
}
