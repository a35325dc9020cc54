'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { type CreatedToken, meQuery, revokeToken, type TokenView, tokensQuery } from '#lib/client/session.ts';
import { useView } from '#lib/client/view.ts';
import { Age } from '../ui/age.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { ProblemNote } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { announce } from '../ui/toast.tsx';
import { NewToken } from './new-token.tsx';

function Revoke({ token, onClose }: { token: TokenView; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => {
      announce(`Revoked the token ${token.name}`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['session', 'tokens'] }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Revoke the token ${token.name}?`}
      description={`Programs that use it are refused from now on. It belongs to ${token.owner}. It can't be undone; make a new one instead.`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke
          </Button>
        </>
      }
    >
      <ProblemNote problem={revoke.error ? asProblem(revoke.error) : null} />
    </Dialog>
  );
}

const columns = (ask: (token: TokenView) => void): readonly Column<TokenView>[] => [
  { id: 'name', header: 'Name', cell: (token) => <span className="font-medium">{token.name}</span> },
  { id: 'owner', header: 'Owner', cell: (token) => token.owner },
  { id: 'created', header: 'Created', from: 'sm', cell: (token) => <Age at={token.createdAt} /> },
  {
    id: 'used',
    header: 'Last used',
    from: 'sm',
    cell: (token) => <Age at={token.lastUsedAt} why="never used" />,
  },
  { id: 'expires', header: 'Expires', cell: (token) => <Age at={token.expiresAt} /> },
  {
    id: 'revoke',
    header: <span className="sr-only">Revoke</span>,
    align: 'right',
    cell: (token) => (
      <Button size="sm" aria-label={`Revoke ${token.name}`} onClick={() => ask(token)}>
        Revoke
      </Button>
    ),
  },
];

/** API tokens: listed, made, revoked. The text of one is shown once. */
export function Tokens() {
  const view = useView(tokensQuery());
  const me = useQuery(meQuery());
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<TokenView | null>(null);
  const [made, setMade] = useState<CreatedToken | null>(null);
  return (
    <Section
      title="API tokens"
      aside={
        <Button
          size="sm"
          disabledReason={deniedReason(me.data, 'token.manage')}
          onClick={() => setMaking(true)}
        >
          New token
        </Button>
      }
    >
      <LiveView view={view} what="API tokens">
        {({ items }) => (
          <DataTable
            label="API tokens"
            rows={items}
            rowKey={(token) => token.id}
            columns={columns(setRevoking)}
            empty={
              <EmptyNothing title="No API tokens">
                A token lets a program do what you may do, at most 90 days long. Outside the demo it can’t
                approve.
              </EmptyNothing>
            }
          />
        )}
      </LiveView>
      {making || made ? (
        <NewToken
          made={made}
          onMade={setMade}
          onClose={() => {
            setMaking(false);
            setMade(null);
          }}
        />
      ) : null}
      {revoking ? <Revoke token={revoking} onClose={() => setRevoking(null)} /> : null}
    </Section>
  );
}
