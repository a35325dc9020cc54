'use client';
import {
  decideLetters,
  decisionPreviewQuery,
  type LetterVerb,
  type TopicPlace,
} from '#lib/client/dead-letter-acts.ts';
import type { LettersDecided } from '#lib/contract/dead-letter-acts.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { Seal } from '../replays/seal.tsx';
import { plural } from '../ui/format.ts';
import { announce } from '../ui/toast.tsx';
import { ExactActDialog } from './exact-act-dialog.tsx';
import { leftOutText } from './left-out-text.ts';

const words = {
  dismiss: {
    verb: 'Dismiss',
    done: 'Dismissed',
    said: 'They count as dealt with: no longer open, and left out of replays. Nothing is deleted from the topic, and it can be taken back. What arrives later is open.',
    none: 'Nothing of it is open or came back.',
  },
  reopen: {
    verb: 'Reopen',
    done: 'Reopened',
    said: 'They are open again, or came back where they had come back by a replay.',
    none: 'Nothing of it is dismissed.',
  },
} as const;

function titleOf({ verb }: (typeof words)[LetterVerb], found: LettersDecided | undefined): string {
  if (!found) return `${verb} these records?`;
  return found.records === 0
    ? `Nothing to ${verb.toLowerCase()}`
    : `${verb} ${plural(found.records, 'record')}?`;
}

function Looked({ found, none }: { found: LettersDecided; none: string }) {
  const left = leftOutText(found.leftOut);
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <strong className="text-base font-semibold">{plural(found.records, 'record')}</strong>
        {found.records === 0 ? (
          <span className="text-muted">{none}</span>
        ) : (
          <>
            <span className="text-muted">digest</span> <Seal digest={found.digest} groups={3} name="digest" />
          </>
        )}
      </p>
      {left === null ? null : <p className="text-muted">Left as they are: {left}.</p>}
    </div>
  );
}

/** Dismisses or reopens exactly what is shown here. */
export function DecideDialog({
  place,
  verb,
  selection,
  onClose,
  onDone,
}: {
  place: TopicPlace;
  verb: LetterVerb;
  selection: SelectionInput;
  onClose: () => void;
  onDone: () => void;
}) {
  const word = words[verb];
  return (
    <ExactActDialog
      place={place}
      selection={selection}
      preview={decisionPreviewQuery(place, verb, selection)}
      act={(body, key) => decideLetters(place, verb, body, key)}
      words={{
        verb: word.verb,
        title: (found) => titleOf(word, found),
        description: word.said,
        looking: 'Counting…',
        unknown: 'What it would change is not known yet.',
        none: word.none,
      }}
      shown={(found) => <Looked found={found} none={word.none} />}
      onDone={({ records }) => {
        announce(`${word.done} ${plural(records, 'record')}.`);
        onDone();
      }}
      onClose={onClose}
    />
  );
}
