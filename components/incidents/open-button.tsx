'use client';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import { Button } from '../ui/button.tsx';
import type { ThingChoice } from './thing-choice.ts';

const OpenDialog = lazy(() => import('./open-dialog.tsx').then((module) => ({ default: module.OpenDialog })));

/** Opens the dialog that opens an incident. @param choices what it can be about; the first is chosen */
export function OpenIncidentButton({
  choices,
  title = '',
  size = 'md',
  label = 'Open incident…',
}: {
  choices: readonly ThingChoice[];
  title?: string;
  size?: 'sm' | 'md';
  label?: string;
}) {
  const me = useQuery(meQuery());
  const [open, setOpen] = useState(false);
  const nothing = choices.length === 0 ? 'There is nothing here that an incident could be about.' : null;
  return (
    <>
      <Button
        size={size}
        disabledReason={deniedReason(me.data, 'incident.write') ?? nothing}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {open ? (
        <Suspense>
          <OpenDialog choices={choices} title={title} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
