'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import {
  decideLetters,
  decisionPreviewQuery,
  type LetterVerb,
  type TopicPlace,
} from '#lib/client/dead-letter-acts.ts';
import { newIdempotencyKey } from '#lib/client/replays.ts';
import type { LettersDecided } from '#lib/contract/dead-letter-acts.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { Seal } from '../replays/seal.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { plural } from '../ui/format.ts';
import { ProblemNote } from '../ui/problem.tsx';
import { announce } from '../ui/toast.tsx';
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

/** Dismisses or reopens exactly what is shown here: when more arrived or somebody was faster, nothing happens and it is looked at again. */
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
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const key = useRef<{ for: string; key: string } | null>(null);
  const preview = useQuery(decisionPreviewQuery(place, verb, selection));
  const found = preview.data;
  const decide = useMutation({
    mutationFn: ({ records, digest }: LettersDecided) => {
      const body = { selection, reason: reason.trim(), expect: { records, digest } };
      const text = JSON.stringify(body);
      if (key.current?.for !== text) key.current = { for: text, key: newIdempotencyKey() };
      return decideLetters(place, verb, body, key.current.key);
    },
    onSuccess: ({ records }) => {
      announce(`${words[verb].done} ${plural(records, 'record')}.`);
      onDone();
    },
    onError: (error) => {
      if (asProblem(error).status === 409) void preview.refetch();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['dead-letters', place.cluster, place.topic] }),
  });
  const word = words[verb];
  const problem = decide.error ?? (preview.isFetching ? null : preview.error);
  const off = !found
    ? 'What it would change is not known yet.'
    : found.records === 0
      ? word.none
      : reason.trim() === ''
        ? 'Say why first: it goes into the audit log.'
        : null;
  return (
    <Dialog
      open
      onClose={onClose}
      width="md"
      title={titleOf(word, found)}
      description={word.said}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={decide.isPending || preview.isFetching}
            disabledReason={off}
            onClick={() => found && decide.mutate(found)}
          >
            {found && found.records > 0 ? `${word.verb} ${plural(found.records, 'record')}` : word.verb}
          </Button>
        </>
      }
    >
      {found ? (
        <Looked found={found} none={word.none} />
      ) : preview.isFetching ? (
        <p className="text-muted">Counting…</p>
      ) : null}
      <TextArea
        label="Reason (goes into the audit log)"
        required
        rows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <ProblemNote problem={problem ? asProblem(problem) : null} />
    </Dialog>
  );
}
