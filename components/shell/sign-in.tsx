'use client';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { safeNext } from '#lib/client/paths.ts';
import { signIn } from '#lib/client/session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem.tsx';

const target = () => safeNext(new URLSearchParams(window.location.search).get('next'));

/** Name and password, then on to the page that was asked for. A full load, so that nothing of another person stays in memory. */
export function SignIn() {
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
    <main className="flex min-h-dvh items-center justify-center p-4">
      <form
        onSubmit={submit}
        method="post"
        className="flex w-full max-w-80 flex-col gap-4 rounded-lg border border-line bg-surface p-6"
      >
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Sluice</h1>
          <p className="text-muted">Consumer lag, dead letters and governed replay.</p>
        </div>
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
        <p className="text-xs text-muted">
          In the demo, names and passwords are in <code>.sluice/credentials.json</code>.
        </p>
      </form>
    </main>
  );
}
