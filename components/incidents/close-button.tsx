'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import type { IncidentView } from '#lib/contract/incidents.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNote } from '../ui/problem.tsx';
import { ReasonField, whyMissing } from '../ui/reason-field.tsx';
import { announce } from '../ui/toast.tsx';
import { useIncidentAct } from './use-incident-act.ts';

const words = {
  open: {
    verb: 'close',
    button: 'Close…',
    title: 'Close this incident?',
    text: 'What has joined by now is kept as it stands, and nothing joins any more. It can be opened again.',
    act: 'Close incident',
    done: 'The incident is closed.',
  },
  closed: {
    verb: 'reopen',
    button: 'Reopen…',
    title: 'Open this incident again?',
    text: 'Things join it again, those of the time between too. That it was closed stays in its timeline.',
    act: 'Reopen incident',
    done: 'The incident is open again.',
  },
} as const;

/** Closes an incident, or opens it again; both for a reason. */
export function CloseButton({ incident }: { incident: Pick<IncidentView, 'id' | 'state'> }) {
  const me = useQuery(meQuery());
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const said = words[incident.state];
  const { mutate, isPending, error } = useIncidentAct(incident.id, () => {
    setAsking(false);
    setReason('');
    announce(said.done);
  });
  return (
    <>
      <Button disabledReason={deniedReason(me.data, 'incident.write')} onClick={() => setAsking(true)}>
        {said.button}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={said.title}
        description={said.text}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              look="primary"
              busy={isPending}
              disabledReason={whyMissing(reason)}
              onClick={() => mutate({ verb: said.verb, reason: reason.trim() })}
            >
              {said.act}
            </Button>
          </>
        }
      >
        <ReasonField
          label="Reason (shown to all, and in the audit log)"
          value={reason}
          onChange={setReason}
        />
        {error ? <ProblemNote problem={asProblem(error)} /> : null}
      </Dialog>
    </>
  );
}
