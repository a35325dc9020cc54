'use client';
import { useState } from 'react';
import { serverNow } from '#lib/client/clock.ts';
import type { FailureAct } from '#lib/client/dead-letter-acts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select } from '../ui/field.tsx';
import { ReasonField, whyMissing } from '../ui/reason-field.tsx';
import { quietChoices, quietUntil } from './quiet-choices.ts';

/** Asks for how long, and why. */
export function MuteDialog({
  title,
  onClose,
  onMute,
}: {
  /** Of the failure group. */
  title: string;
  onClose: () => void;
  onMute: (act: FailureAct) => void;
}) {
  const [ms, setMs] = useState('86400000');
  const [reason, setReason] = useState('');
  const mute = () => {
    onMute({ noun: 'mute', until: quietUntil(Number(ms), serverNow()), reason: reason.trim() });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Mute this failure group?"
      description={
        <>
          <span className="[overflow-wrap:anywhere]">{title}</span>. It is counted on, but not shown on home,
          and raises no alert, also when it fails again. It ends by itself.
        </>
      }
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabledReason={whyMissing(reason)} onClick={mute}>
            Mute
          </Button>
        </>
      }
    >
      <Select label="For" value={ms} options={quietChoices} onChange={(event) => setMs(event.target.value)} />
      <ReasonField label="Reason (shown to all, and in the audit log)" value={reason} onChange={setReason} />
    </Dialog>
  );
}
