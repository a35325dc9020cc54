import type { Progress, ReplayView } from '#lib/contract/replays.ts';
import { formatCount, formatPercent } from '../ui/format.ts';
import { ReadBackNote } from './read-back-note.tsx';

type Part = { name: keyof Progress; word: string; fill: string; help: string };

/** Every record ends in exactly one of these. */
const outcomes: readonly Part[] = [
  {
    name: 'replayed',
    word: 'replayed',
    fill: 'var(--accent)',
    help: 'Written to the destination in a committed transaction',
  },
  { name: 'diverted', word: 'diverted', fill: 'var(--muted)', help: 'Sent to quarantine instead' },
  { name: 'skipped', word: 'skipped', fill: 'var(--faint)', help: 'Not sent, each with its reason' },
  { name: 'failed', word: 'failed', fill: 'var(--act)', help: 'The broker refused it' },
  {
    name: 'unknown',
    word: 'unknown',
    fill: 'var(--warn)',
    help: 'Neither the cursor nor reading back could tell',
  },
  { name: 'remaining', word: 'remaining', fill: 'var(--line)', help: 'Not sent yet' },
];

function Bar({ progress }: { progress: Progress }) {
  const label = outcomes
    .filter((part) => progress[part.name] > 0)
    .map((part) => `${formatCount(progress[part.name])} ${part.word}`)
    .join(', ');
  const starts: number[] = [];
  let at = 0;
  for (const part of outcomes) {
    starts.push(at);
    at += progress.records === 0 ? 0 : (progress[part.name] / progress.records) * 1000;
  }
  return (
    <svg
      role="img"
      aria-label={`Of ${formatCount(progress.records)} records: ${label}`}
      viewBox="0 0 1000 8"
      preserveAspectRatio="none"
      className="block h-2 w-full rounded-sm bg-line"
    >
      {outcomes.map((part, place) =>
        progress[part.name] === 0 || part.name === 'remaining' ? null : (
          <rect
            key={part.name}
            x={starts[place]}
            y={0}
            width={Math.max(3, (progress[part.name] / progress.records) * 1000)}
            height={8}
            fill={part.fill}
          />
        ),
      )}
    </svg>
  );
}

function Count({
  part,
  value,
  loud,
}: {
  part: Omit<Part, 'name'>;
  value: number;
  loud: 'warn' | 'act' | null;
}) {
  const ink = value === 0 ? 'text-faint' : loud === 'act' ? 'text-act' : loud === 'warn' ? 'text-warn' : '';
  return (
    <div title={part.help} className="flex flex-col-reverse justify-end">
      <dt className="label">{part.word}</dt>
      <dd className={`text-lg font-semibold ${ink}`}>{formatCount(value)}</dd>
    </div>
  );
}

/** How far it has come, in records: what was sent, and what the target did with it. */
export function ProgressView({ replay }: { replay: ReplayView }) {
  const { progress, destination } = replay;
  const sent = progress.records - progress.remaining;
  const known = progress.consumedPast + progress.cameBack;
  return (
    <div className="flex flex-col gap-2 px-2 py-3">
      <p>
        <strong className="font-semibold">
          {formatCount(sent)} of {formatCount(progress.records)}
        </strong>{' '}
        records done
        {progress.records === 0 ? '' : `, ${formatPercent(sent / progress.records)}`}
      </p>
      <Bar progress={progress} />
      <dl
        className="grid grid-cols-4 gap-x-6 gap-y-2 pt-1 sm:flex sm:flex-wrap sm:gap-x-8"
        aria-label="Progress in records"
      >
        {outcomes.map((part) => (
          <Count
            key={part.name}
            part={part}
            value={progress[part.name]}
            loud={
              part.name === 'failed'
                ? 'act'
                : part.name === 'unknown' || part.name === 'skipped'
                  ? 'warn'
                  : null
            }
          />
        ))}
        {destination.kind === 'quarantine' ? null : (
          <>
            <Count
              part={{
                word: 'consumed past',
                fill: '',
                help: 'The target group has committed past them and none came back within the settle time: progress, not business success',
              }}
              value={progress.consumedPast}
              loud={null}
            />
            <Count
              part={{ word: 'came back', fill: '', help: 'Dead-lettered again' }}
              value={progress.cameBack}
              loud="act"
            />
          </>
        )}
      </dl>
      {destination.kind === 'quarantine' || progress.replayed === 0 ? null : (
        <p className="text-xs text-muted">
          {progress.replayed > known
            ? `${formatCount(progress.replayed - known)} of ${formatCount(progress.replayed)} replayed have no known outcome yet. `
            : ''}
          Consumed past proves progress, not business success.
        </p>
      )}
      <ReadBackNote readBack={replay.readBack} />
    </div>
  );
}
