'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { serverNow } from '#lib/client/clock.ts';
import { type CreatedToken, createToken } from '#lib/client/session.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select, TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem.tsx';

const day = 86_400_000;
const lives = [1, 7, 30, 90].map((days) => ({
  value: String(days),
  label: `${days} ${days === 1 ? 'day' : 'days'}`,
}));
/** The longest life is counted by the server's clock; a minute less keeps a slow answer inside it. */
const expiryOf = (days: string) => new Date(serverNow() + Number(days) * day - 60_000).toISOString();

function Made({ token, onClose }: { token: CreatedToken; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Token ${token.name}`}
      description="This is the only time its text is shown. Keep it where secrets are kept."
      width="md"
      actions={
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 [overflow-wrap:anywhere]">{token.token}</code>
        <CopyButton text={token.token} label="token">
          Copy
        </CopyButton>
      </div>
    </Dialog>
  );
}

/** Asks for a name and a life, makes the token, then shows its text once. */
export function NewToken({
  made,
  onMade,
  onClose,
}: {
  made: CreatedToken | null;
  onMade: (token: CreatedToken) => void;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [days, setDays] = useState('30');
  const create = useMutation({
    mutationFn: () => createToken({ name: name.trim(), expiresAt: expiryOf(days) }),
    onSuccess: onMade,
    onSettled: () => client.invalidateQueries({ queryKey: ['session', 'tokens'] }),
  });
  if (made) return <Made token={made} onClose={onClose} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title="New API token"
      description="It may do what you may do, until it expires or is revoked."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={create.isPending}
            disabledReason={name.trim() === '' ? 'Give it a name first.' : null}
            onClick={() => create.mutate()}
          >
            Create
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={name}
        maxLength={100}
        autoFocus
        onChange={(event) => setName(event.target.value)}
      />
      <Select
        label="Expires after"
        value={days}
        options={lives}
        onChange={(event) => setDays(event.target.value)}
      />
      <ProblemNote problem={create.error ? asProblem(create.error) : null} />
    </Dialog>
  );
}
