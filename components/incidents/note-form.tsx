'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import { noteMost } from '#lib/domain/incidents/about.ts';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem.tsx';
import { announce } from '../ui/toast.tsx';
import { useIncidentAct } from './use-incident-act.ts';

/** Adds a note in plain text. What was written stays: notes are neither edited nor deleted. */
export function NoteForm({ id }: { id: string }) {
  const me = useQuery(meQuery());
  const [text, setText] = useState('');
  const { mutate, isPending, error } = useIncidentAct(id, () => {
    setText('');
    announce('Noted.');
  });
  const denied = deniedReason(me.data, 'incident.write');
  return (
    <form
      className="flex flex-col gap-2 px-2 pb-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') mutate({ verb: 'notes', text: text.trim() });
      }}
    >
      <TextArea
        label="Note"
        hint="Plain text, for all who may read this incident. It stays: notes are not edited."
        rows={3}
        maxLength={noteMost}
        readOnly={denied !== null}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div>
        <Button
          type="submit"
          busy={isPending}
          disabledReason={denied ?? (text.trim() === '' ? 'Write something first.' : null)}
        >
          Add note
        </Button>
      </div>
      {error ? <ProblemNote problem={asProblem(error)} /> : null}
    </form>
  );
}
