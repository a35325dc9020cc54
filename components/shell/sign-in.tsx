'use client';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { signIn } from '#lib/client/session.ts';
import { safeNext } from '#lib/domain/links/safe-next.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem.tsx';

const target = () => safeNext(new URLSearchParams(window.location.search).get('next'));

/** What the server knows of signing in here. */
type Ways = { local: boolean; provider: string | null; demo: boolean; refused: string | null };

/** The page to go on with is known in the browser only: until then the link leads home. */
function ProviderLink({ provider, first }: { provider: string; first: boolean }) {
  const [next, setNext] = useState('/');
  useEffect(() => setNext(target()), []);
  return (
    <a
      href={`/api/v1/session/oidc?${new URLSearchParams({ next })}`}
      className={buttonClass(first ? 'primary' : 'default')}
    >
      Sign in at {provider}
    </a>
  );
}

/** Name and password, then on to the page that was asked for. A full load, so that nothing of another person stays in memory. */
function PasswordForm({ demo }: { demo: boolean }) {
  const password = useRef<HTMLInputElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const attempt = useMutation({
    mutationFn: ({ name, secret }: { name: string; secret: string }) => signIn(name, secret),
    onSuccess: () => window.location.assign(target()),
    onError: () => password.current?.select(),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt.mutate({
      name: String(form.get('name') ?? '').trim(),
      secret: String(form.get('password') ?? ''),
    });
  };
  return (
    <form onSubmit={submit} method="post" className="flex flex-col gap-4">
      <TextField label="Name" name="name" autoComplete="username" required autoFocus maxLength={100} />
      <TextField
        ref={password}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={500}
      />
      <ProblemNote problem={attempt.error ? asProblem(attempt.error) : null} />
      <Button
        type="submit"
        look="primary"
        busy={attempt.isPending || attempt.isSuccess}
        disabledReason={ready ? null : 'The page is still loading.'}
      >
        Sign in
      </Button>
      {demo ? (
        <p className="text-xs text-muted">
          In the demo, names and passwords are in <code>.sluice/credentials.json</code>.
        </p>
      ) : null}
    </form>
  );
}

/** The ways in that are configured, and why the last attempt did not succeed. */
export function SignIn({ ways: { local, provider, demo, refused } }: { ways: Ways }) {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="flex w-full max-w-80 flex-col gap-4 rounded-lg border border-line bg-surface p-6">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Sluice</h1>
          <p className="text-muted">Consumer lag, dead letters and governed replay.</p>
        </div>
        {refused ? (
          <p role="alert" className="wrap-anywhere rounded-md border border-act/40 bg-act-soft px-3 py-2">
            {refused}
          </p>
        ) : null}
        {provider ? <ProviderLink provider={provider} first={!local} /> : null}
        {provider && local ? (
          <p className="text-center text-xs text-muted">or with a password of Sluice</p>
        ) : null}
        {local ? <PasswordForm demo={demo} /> : null}
        {local || provider ? null : (
          <p className="text-muted">The proxy in front of Sluice signs you in. Open Sluice through it.</p>
        )}
      </div>
    </main>
  );
}
