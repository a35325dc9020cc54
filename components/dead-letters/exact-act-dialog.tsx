'use client';
import { type UseQueryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import { newIdempotencyKey } from '#lib/client/replays.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { plural } from '../ui/format.ts';
import { ProblemNote } from '../ui/problem.tsx';
import { ReasonField, whyMissing } from '../ui/reason-field.tsx';

type Looked = { records: number; digest: string };
export type ExactAct = {
  selection: SelectionInput;
  reason: string;
  expect: { records: number; digest: string };
};

/** Does exactly what is shown here, for a reason: when more arrived or somebody was faster, nothing happens and it is looked at again. */
export function ExactActDialog<Found extends Looked, Key extends readonly unknown[]>({
  place,
  selection,
  preview: query,
  act,
  words,
  shown,
  onDone,
  onClose,
}: {
  place: TopicPlace;
  selection: SelectionInput;
  preview: UseQueryOptions<Found, Error, Found, Key>;
  act: (body: ExactAct, idempotencyKey: string) => Promise<Found>;
  words: {
    verb: string;
    title: (found: Found | undefined) => string;
    description: string;
    looking: string;
    unknown: string;
    none: string;
  };
  shown: (found: Found) => ReactNode;
  onDone: (done: Found) => void;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const key = useRef<{ for: string; key: string } | null>(null);
  const preview = useQuery(query);
  const found = preview.data;
  const work = useMutation({
    mutationFn: ({ records, digest }: Found) => {
      const body = { selection, reason: reason.trim(), expect: { records, digest } };
      const text = JSON.stringify(body);
      if (key.current?.for !== text) key.current = { for: text, key: newIdempotencyKey() };
      return act(body, key.current.key);
    },
    onSuccess: onDone,
    onError: (error) => {
      if (asProblem(error).status === 409) void preview.refetch();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['dead-letters', place.cluster, place.topic] }),
  });
  const problem = work.error ?? (preview.isFetching ? null : preview.error);
  const off = !found ? words.unknown : found.records === 0 ? words.none : whyMissing(reason);
  return (
    <Dialog
      open
      onClose={onClose}
      width="md"
      title={words.title(found)}
      description={words.description}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={work.isPending || preview.isFetching}
            disabledReason={off}
            onClick={() => found && work.mutate(found)}
          >
            {found && found.records > 0 ? `${words.verb} ${plural(found.records, 'record')}` : words.verb}
          </Button>
        </>
      }
    >
      {found ? shown(found) : preview.isFetching ? <p className="text-muted">{words.looking}</p> : null}
      <ReasonField label="Reason (goes into the audit log)" value={reason} onChange={setReason} />
      <ProblemNote problem={problem ? asProblem(problem) : null} />
    </Dialog>
  );
}
