'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { addToIncident, openIncident, openIncidentsQuery } from '#lib/client/incidents.ts';
import { paths } from '#lib/client/paths.ts';
import { newIdempotencyKey } from '#lib/client/replays.ts';
import { aboutMost, titleMost } from '#lib/domain/incidents/about.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select, TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem.tsx';
import { announce } from '../ui/toast.tsx';
import type { ThingChoice } from './thing-choice.ts';

const minuteMs = 60_000;
const lookBacks = [0, 30, 60, 6 * 60, 24 * 60].map((minutes) => ({
  value: String(minutes * minuteMs),
  label: minutes === 0 ? 'nothing' : minutes < 60 ? `${minutes} min` : `${minutes / 60} h`,
}));
const keyOf = ({ thing }: ThingChoice) => JSON.stringify(thing);

function Choices({
  choices,
  chosen,
  onChange,
}: {
  choices: readonly ThingChoice[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}) {
  return (
    <fieldset className="flex max-h-64 flex-col gap-1 overflow-y-auto">
      <legend className="label">What it is about</legend>
      {choices.map((choice) => (
        <label key={keyOf(choice)} className="flex items-baseline gap-2">
          <input
            type="checkbox"
            checked={chosen.has(keyOf(choice))}
            onChange={({ target }) => {
              const next = new Set(chosen);
              if (target.checked) next.add(keyOf(choice));
              else next.delete(keyOf(choice));
              onChange(next);
            }}
            className="accent-accent"
          />
          <span className="[overflow-wrap:anywhere]">{choice.text}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Asks what the incident is called and about, and from when its timeline begins. */
export function OpenDialog({
  choices,
  title: suggested,
  onClose,
}: {
  choices: readonly ThingChoice[];
  title: string;
  onClose: () => void;
}) {
  const router = useRouter();
  const client = useQueryClient();
  const [title, setTitle] = useState(suggested);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(choices.slice(0, 1).map(keyOf)));
  const [into, setInto] = useState('');
  const others = useQuery(openIncidentsQuery()).data?.items ?? [];
  const [lookBack, setLookBack] = useState(String(60 * minuteMs));
  const key = useRef<{ for: string; key: string } | null>(null);
  const about = choices.filter((choice) => chosen.has(keyOf(choice))).map(({ thing }) => thing);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { title: title.trim(), about, lookBackMs: Number(lookBack) };
      const text = JSON.stringify([into, body]);
      if (key.current?.for !== text) key.current = { for: text, key: newIdempotencyKey() };
      return into === '' ? openIncident(body, key.current.key) : addToIncident(into, about, key.current.key);
    },
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['incidents'] });
      announce(into === '' ? `Incident ${id} is open.` : `Added to incident ${id}.`);
      onClose();
      router.push(paths.incident(id));
    },
  });
  const missing =
    into === '' && title.trim() === ''
      ? 'Say what is wrong in a few words first.'
      : about.length === 0
        ? 'Choose what it is about first.'
        : about.length > aboutMost
          ? `An incident is about at most ${aboutMost} things; their flows join by themselves.`
          : null;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Open an incident"
      description="What happens to these things and their flows joins its timeline by itself: lag, alerts, failure groups, replays, decisions, deploys. Everything of it stands in the audit log."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabledReason={missing} busy={isPending} onClick={() => mutate()}>
            {into === '' ? 'Open' : 'Add'}
          </Button>
        </>
      }
    >
      {others.length === 0 ? null : (
        <Select
          label="Incident"
          value={into}
          options={[
            { value: '', label: 'a new one' },
            ...others.map((each) => ({ value: each.id, label: `add to ${each.id}: ${each.title}` })),
          ]}
          onChange={(event) => setInto(event.target.value)}
        />
      )}
      {into === '' ? (
        <TextField
          label="Title"
          required
          maxLength={titleMost}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      ) : null}
      <Choices choices={choices} chosen={chosen} onChange={setChosen} />
      {into === '' ? (
        <Select
          label="Look back before now"
          value={lookBack}
          options={lookBacks}
          onChange={(event) => setLookBack(event.target.value)}
        />
      ) : null}
      {error ? <ProblemNote problem={asProblem(error)} /> : null}
    </Dialog>
  );
}
