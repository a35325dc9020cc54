'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { serverNow } from '#lib/client/clock.ts';
import { actOnFailure, type FailureAct, type TopicPlace } from '#lib/client/dead-letter-acts.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import type { FailureGroup } from '#lib/contract/dead-letters.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { ProblemNote } from '../ui/problem.tsx';
import { announce } from '../ui/toast.tsx';
import { MuteDialog } from './mute-dialog.tsx';
import { quietChoices, quietUntil } from './quiet-choices.ts';
import { visibleText } from './visible-text.ts';

const doneText = (act: FailureAct): string => {
  if ('end' in act)
    return { mute: 'The mute ended.', snooze: 'The snooze ended.', claim: 'Released.' }[act.noun];
  return { mute: 'Muted.', snooze: 'Snoozed.', claim: 'You have this failure group.' }[act.noun];
};

/** What can be done about a failure group without deciding on its records: have it, or keep it quiet for a while. */
export function FailureMenu({ place, group }: { place: TopicPlace; group: FailureGroup }) {
  const client = useQueryClient();
  const me = useQuery(meQuery());
  const [muting, setMuting] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (act: FailureAct) => actOnFailure(place, group.fingerprint, act),
    onSuccess: (_, act) => announce(doneText(act)),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['dead-letters', place.cluster, place.topic] }),
        client.invalidateQueries({ queryKey: ['attention'] }),
      ]),
  });
  const { claimedBy, mutedUntil, snoozedUntil } = group;
  const item = (text: string, act: FailureAct): MenuItem => ({ text, onSelect: () => mutate(act) });
  const mine = claimedBy !== null && claimedBy === me.data?.name;
  const items: MenuItem[] = [
    ...(mine
      ? []
      : [
          item(claimedBy === null ? 'Claim: I have it' : `Take over from ${claimedBy}`, {
            noun: 'claim',
            takeOver: claimedBy !== null,
          }),
        ]),
    ...(claimedBy === null
      ? []
      : [item(mine ? 'Release' : `Release for ${claimedBy}`, { noun: 'claim', end: true })]),
    ...(snoozedUntil === null
      ? quietChoices.slice(0, 4).map(
          ({ value, label }): MenuItem => ({
            text: `Snooze for ${label}`,
            onSelect: () => mutate({ noun: 'snooze', until: quietUntil(Number(value), serverNow()) }),
          }),
        )
      : [item('End the snooze', { noun: 'snooze', end: true })]),
    ...(mutedUntil === null
      ? [{ text: 'Mute…', onSelect: () => setMuting(true) }]
      : [item('End the mute', { noun: 'mute', end: true })]),
  ];
  const title = visibleText(group.title);
  return (
    <>
      <Menu
        label={`Claim, snooze or mute: ${title}`}
        items={items}
        busy={isPending}
        deniedReason={deniedReason(me.data, 'dead_letters.triage')}
      >
        <span aria-hidden="true">⋯</span>
      </Menu>
      {muting ? (
        <MuteDialog title={title} onClose={() => setMuting(false)} onMute={(act) => mutate(act)} />
      ) : null}
      {error ? (
        <div className="relative z-10 basis-full">
          <ProblemNote problem={asProblem(error)} />
        </div>
      ) : null}
    </>
  );
}
