'use client';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { Button } from '../ui/button.tsx';

const PreserveDialog = lazy(() =>
  import('./preserve-dialog.tsx').then((module) => ({ default: module.PreserveDialog })),
);

/** Opens the dialog that copies what is chosen into the quarantine. @param reason why it can't be chosen now */
export function PreserveButton({
  place,
  selection,
  reason,
  label = 'Preserve…',
}: {
  place: TopicPlace;
  selection: SelectionInput;
  reason: string | null;
  label?: string;
}) {
  const me = useQuery(meQuery());
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        disabledReason={deniedReason(me.data, 'dead_letters.preserve') ?? reason}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {open ? (
        <Suspense>
          <PreserveDialog place={place} selection={selection} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
