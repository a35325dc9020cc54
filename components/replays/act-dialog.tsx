'use client';
import { useState } from 'react';
import type { ReplayAct } from '#lib/client/replays.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import type { ReviewVerdict } from '#lib/domain/replays/break-glass.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select, TextArea } from '../ui/field.tsx';
import { formatCount, plural } from '../ui/format.ts';
import { ProblemNote } from '../ui/problem.tsx';
import { Seal } from './seal.tsx';
import { useAct } from './use-act.ts';
import { type AskedVerb, type Seen, verbText } from './verbs.ts';

type Wording = {
  title: string;
  said: string;
  /** The text that goes with it. */
  field: { label: string; required: boolean } | null;
  danger?: boolean;
};

function wordingOf(replay: ReplayView, verb: AskedVerb): Wording {
  const records = plural(replay.manifest?.records ?? 0, 'record');
  const left = plural(replay.progress.remaining, 'record');
  const to = replay.destination.topic;
  const undo = replay.undo ?? '';
  switch (verb) {
    case 'approve':
      return {
        title:
          replay.state === 'paused'
            ? `Approve sending the other ${left}?`
            : `Approve sending ${records} to ${to}?`,
        said: `${replay.state === 'paused' ? '' : (replay.consequence ?? '')} ${undo}`,
        field: { label: 'Comment (goes into the audit)', required: false },
      };
    case 'reject':
      return {
        title: `Reject the replay of ${records}?`,
        said: 'It ends here and nothing is sent. The records stay open and can be planned again.',
        field: { label: 'Why', required: true },
      };
    case 'withdraw':
      return {
        title: 'Withdraw this replay?',
        said: 'It ends here and nothing is sent. The records stay open and can be planned again.',
        field: null,
      };
    case 'start':
      return {
        title: `Start sending ${records} to ${to}?`,
        said: `${replay.consequence ?? ''} ${undo}`,
        field: null,
      };
    case 'break-glass':
      return {
        title: `Start sending ${records} to ${to} without approval?`,
        said: `${replay.consequence ?? ''} ${undo} Nobody else looks at it before. Somebody else has to review it within 24 h; until then it stands on everybody’s home, and the audit says that you did this.`,
        field: { label: 'Why it can’t wait for an approval', required: true },
        danger: true,
      };
    case 'review':
      return {
        title: `Review what ${replay.breakGlass?.by ?? 'somebody'} started without approval?`,
        said: `${records} to ${to}, because: “${replay.breakGlass?.reason ?? ''}”. A review changes nothing of what was sent; it goes into the audit with your name.`,
        field: { label: 'What you found', required: true },
      };
    case 'resume':
      return {
        title: `Resume and send ${left} to ${to}?`,
        said: 'Everything is checked again before the next record is sent.',
        field: { label: 'Why now (goes into the audit)', required: false },
      };
    case 'abort':
      return {
        title: `Abort with ${left} not sent?`,
        said: `The open batch is finished; ${formatCount(replay.progress.replayed)} that were sent stay sent. It can’t be resumed.`,
        field: { label: 'Why', required: true },
        danger: true,
      };
  }
}

function actOf(verb: AskedVerb, text: string, seen: Seen | null, verdict: ReviewVerdict): ReplayAct | null {
  const said = text.trim();
  switch (verb) {
    case 'approve':
      return seen === null ? null : { verb, ...seen, ...(said === '' ? {} : { comment: said }) };
    case 'break-glass':
      return seen === null ? null : { verb, ...seen, reason: said };
    case 'review':
      return { verb, verdict, comment: said };
    case 'reject':
      return { verb, comment: said };
    case 'abort':
      return { verb, reason: said };
    case 'resume':
      return said === '' ? { verb } : { verb, reason: said };
    case 'withdraw':
    case 'start':
      return { verb };
  }
}

export function ActDialog({
  replay,
  verb,
  seen,
  changed,
  onClose,
}: {
  replay: ReplayView;
  verb: AskedVerb;
  seen: Seen | null;
  /** Why what was looked at no longer stands; then nothing is sent. */
  changed: string | null;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [verdict, setVerdict] = useState<ReviewVerdict>('accepted');
  const { act, verb: running, problem } = useAct(replay.id, onClose);
  const wording = wordingOf(replay, verb);
  const missing =
    wording.field?.required && text.trim() === '' ? `Say why first: it goes into the audit.` : null;
  const off = (verb === 'approve' || verb === 'start' || verb === 'break-glass' ? changed : null) ?? missing;
  const go = () => {
    const what = actOf(verb, text, seen, verdict);
    if (what && off === null) act(what);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width="md"
      title={wording.title}
      description={wording.said}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look={wording.danger ? 'danger' : 'primary'}
            busy={running !== null}
            disabledReason={off}
            onClick={go}
          >
            {verbText(replay, verb)}
          </Button>
        </>
      }
    >
      {(verb === 'approve' || verb === 'break-glass') && seen !== null ? (
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-muted">
            {verb === 'approve' ? 'You approve' : 'You start'} exactly the seal
          </span>{' '}
          <Seal digest={seen.digest} />
          <span className="text-muted">under policy version {seen.policyVersion}.</span>
        </p>
      ) : null}
      {verb === 'review' ? (
        <Select
          label="Your verdict"
          value={verdict}
          onChange={(event) => setVerdict(event.target.value === 'objected' ? 'objected' : 'accepted')}
          options={[
            { value: 'accepted', label: 'I accept it' },
            { value: 'objected', label: 'I object to it' },
          ]}
        />
      ) : null}
      {wording.field ? (
        <TextArea
          label={wording.field.label}
          required={wording.field.required}
          value={text}
          onChange={(event) => setText(event.target.value)}
          rows={2}
          maxLength={2000}
        />
      ) : null}
      {changed !== null && (verb === 'approve' || verb === 'break-glass') ? (
        <p role="alert" className="text-warn">
          {changed}
        </p>
      ) : null}
      <ProblemNote problem={problem} />
    </Dialog>
  );
}
