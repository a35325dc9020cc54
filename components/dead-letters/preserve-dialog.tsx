'use client';
import { useRouter } from 'next/navigation';
import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import { paths } from '#lib/client/paths.ts';
import { preserveLetters, preservePreviewQuery } from '#lib/client/preserve.ts';
import type { LettersPreserved } from '#lib/contract/preserve.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { Seal } from '../replays/seal.tsx';
import { formatBytes, formatCount, formatDuration, plural } from '../ui/format.ts';
import { announce } from '../ui/toast.tsx';
import { ExactActDialog } from './exact-act-dialog.tsx';

const leftWords: Readonly<Record<string, string>> = {
  already_preserved: 'in the quarantine already',
  decided: 'not open any more',
  expired: 'no longer in the topic',
  pointer: 'pointers without a value of their own',
  content_changed: 'not what the index has seen',
  unreadable: 'damaged or too large to expand',
  record_too_large: 'too large for the quarantine',
  over_bounds: 'more than one copy takes: repeat it for the rest',
};

const leftText = (leftOut: LettersPreserved['leftOut']): string | null => {
  const parts = Object.entries(leftOut).map(
    ([reason, count]) => `${formatCount(count)} ${leftWords[reason] ?? reason.replaceAll('_', ' ')}`,
  );
  return parts.length === 0 ? null : parts.join(', ');
};

function Looked({ found }: { found: LettersPreserved }) {
  const left = leftText(found.leftOut);
  const seconds = Math.ceil(found.records / found.recordsPerSecond);
  return (
    <div className="flex flex-col gap-1">
      {found.records === 0 ? (
        <p className="text-base font-semibold">Nothing of it is open and not in the quarantine yet.</p>
      ) : (
        <>
          <p>
            <strong className="text-base font-semibold">{plural(found.records, 'record')}</strong>,{' '}
            {formatBytes(found.bytes)}, to{' '}
            <code className="[overflow-wrap:anywhere]">{found.quarantine}</code>, in about{' '}
            {formatDuration(seconds * 1000)} at {formatCount(found.recordsPerSecond)}/s
          </p>
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="text-muted">digest</span> <Seal digest={found.digest} groups={3} name="digest" />
          </p>
        </>
      )}
      {left === null ? null : <p className="text-muted">Not copied: {left}.</p>}
      <ul aria-label="Read from Kafka just now" className="list-disc pl-5 text-muted">
        {found.checks.map((check) => (
          <li key={check.check}>{check.sentence}</li>
        ))}
      </ul>
    </div>
  );
}

/** Copies exactly what is shown here into the declared quarantine, or nothing. Whether that is safe is read from Kafka before and again by the worker. */
export function PreserveDialog({
  place,
  selection,
  onClose,
}: {
  place: TopicPlace;
  selection: SelectionInput;
  onClose: () => void;
}) {
  const router = useRouter();
  return (
    <ExactActDialog
      place={place}
      selection={selection}
      preview={preservePreviewQuery(place, selection)}
      act={(body, key) => preserveLetters(place, body, key)}
      words={{
        verb: 'Copy',
        title: (found) =>
          found && found.records > 0 ? `Preserve ${plural(found.records, 'record')}?` : 'Preserve',
        description:
          'Copies open dead letters into the quarantine that the flow declares, before retention takes them: key, value and headers byte for byte, with Sluice’s own headers added. The originals stay open. Nobody processes a copy; leaving the quarantine is a replay of its own. It needs no approval.',
        looking: 'Reading the records and the quarantine…',
        unknown: 'What it would copy is not known yet.',
        none: 'There is nothing to copy.',
      }}
      shown={(found) => <Looked found={found} />}
      onDone={({ records, quarantine, replayId }) => {
        announce(`Copying ${plural(records, 'record')} to ${quarantine}.`);
        onClose();
        if (replayId !== null) router.push(paths.replay(replayId));
      }}
      onClose={onClose}
    />
  );
}
