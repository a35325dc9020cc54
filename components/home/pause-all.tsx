'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { activeReplaysQuery, pauseAll, sendingStates } from '#lib/client/replays.ts';
import { meQuery } from '#lib/client/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { plural } from '../ui/format.ts';
import { ProblemNote } from '../ui/problem.tsx';
import { whyMissing } from '../ui/reason-field.tsx';
import { announce } from '../ui/toast.tsx';

/** Stops all sending at once: always in reach, asks once, names what it stops. */
export function PauseAll() {
  const client = useQueryClient();
  const me = useQuery(meQuery());
  const active = useQuery(activeReplaysQuery());
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const pause = useMutation({
    mutationFn: () => pauseAll(reason.trim()),
    onSuccess: ({ paused, failed }) => {
      announce(`Paused ${plural(paused, 'replay')}. Each finishes the batch that is open.`);
      // What goes on sending stays in sight, with the button that tries again.
      if (failed.length > 0) return;
      setOpen(false);
      setReason('');
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['replays'] }),
  });
  const running = active.data?.items.filter((replay) =>
    sendingStates.some((state) => state === replay.state),
  );
  const disabledReason =
    deniedReason(me.data, 'replay.pause') ?? (running?.length === 0 ? 'No replay is sending now.' : null);
  return (
    <>
      <Button
        disabledReason={disabledReason}
        onClick={() => {
          pause.reset();
          setOpen(true);
        }}
      >
        Pause all replays{running ? ` (${running.length})` : ''}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={running ? `Pause ${plural(running.length, 'replay')}?` : 'Pause all replays?'}
        description="Each finishes the batch that is open, then sends nothing more until someone resumes it. Resuming checks everything again."
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              look="primary"
              busy={pause.isPending}
              disabledReason={whyMissing(reason)}
              onClick={() => pause.mutate()}
            >
              Pause all
            </Button>
          </>
        }
      >
        <ul className="max-h-40 overflow-y-auto">
          {(running ?? []).map((replay) => (
            <li key={replay.id} className="flex justify-between gap-4 border-b border-line py-1">
              <code>{replay.id}</code>
              <span className="text-muted">
                {plural(replay.progress.remaining, 'record')} to go → {replay.destination.topic}
              </span>
            </li>
          ))}
        </ul>
        <TextField
          label="Reason"
          value={reason}
          maxLength={2000}
          autoFocus
          onChange={(event) => setReason(event.target.value)}
        />
        {(pause.data?.failed ?? []).map(({ id, detail }) => (
          <p key={id} role="alert" className="text-act">
            <code>{id}</code> still sends. {detail}
          </p>
        ))}
        <ProblemNote problem={pause.error ? asProblem(pause.error) : null} />
      </Dialog>
    </>
  );
}
