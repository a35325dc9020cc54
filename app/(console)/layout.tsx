import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Shell } from '#components/shell/shell.tsx';
import { paths } from '#lib/client/paths.ts';
import { pagePrincipal } from '#lib/http/session.ts';

/** True only when it is known that nobody is signed in. Pages hold no data, so when that can't be read the shell may be drawn. */
async function isSignedOut(sent: Headers): Promise<boolean> {
  try {
    return (await pagePrincipal(sent)) === null;
  } catch (error) {
    console.error('The session of a page could not be read; its data is guarded by the API:', error);
    return false;
  }
}

/** A courtesy, not a gate: whoever is not signed in is sent to the sign-in page before anything is drawn. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const sent = await headers();
  if (await isSignedOut(sent)) redirect(paths.signIn(sent.get('x-sluice-path') ?? undefined));
  return <Shell>{children}</Shell>;
}
