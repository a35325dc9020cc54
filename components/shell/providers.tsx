'use client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { paths } from '#lib/client/paths.ts';

/** No session: to the sign-in page, and back here afterwards. */
function toSignIn(error: Error): void {
  if (asProblem(error).status !== 401 || window.location.pathname === '/sign-in') return;
  window.location.assign(paths.signIn(window.location.pathname + window.location.search));
}

const makeClient = () =>
  new QueryClient({
    queryCache: new QueryCache({ onError: toSignIn }),
    mutationCache: new MutationCache({ onError: toSignIn }),
    defaultOptions: {
      // A failure is shown at once, with the last good data; the next poll is the retry. `always`: a loopback address
      // answers also when the browser believes that it is offline.
      queries: { retry: false, staleTime: 1000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });

/** `nonce` is for style elements that libraries make in the browser (they look for this global). */
export function Providers({ nonce, children }: { nonce: string; children: ReactNode }) {
  const [client] = useState(makeClient);
  if (typeof window !== 'undefined') Object.assign(globalThis, { __webpack_nonce__: nonce });
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
