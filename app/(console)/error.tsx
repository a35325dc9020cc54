'use client';
import { Button } from '#components/ui/button.tsx';
import { Sign } from '#components/ui/sign.tsx';

/** A page that threw: the shell stays, the reason is named, and one click tries again. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div role="alert" className="flex max-w-prose flex-col items-start gap-3 py-6">
      <h1 className="flex items-center gap-2 text-lg font-semibold">
        <Sign shape="cross" tone="act" /> This page could not be drawn
      </h1>
      <p className="text-muted">
        {error.message}
        {error.digest ? ` (${error.digest}; the web process logged it under this name)` : ''}. Nothing was
        changed.
      </p>
      <Button onClick={reset}>Draw it again</Button>
    </div>
  );
}
