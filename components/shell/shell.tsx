'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { followEvents } from '#lib/client/events.ts';
import { meQuery } from '#lib/client/session.ts';
import { Sign } from '../ui/sign.tsx';
import { Toaster } from '../ui/toast.tsx';
import { TopBar } from './top-bar.tsx';
import { useKeys } from './use-keys.ts';

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));
const KeyHelp = lazy(() => import('./key-help.tsx').then((module) => ({ default: module.KeyHelp })));

/** The frame of every page of the console. */
export function Shell({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery(meQuery());
  const [overlay, setOverlay] = useState<'palette' | 'help' | null>(null);
  const open = useMemo(() => ({ palette: () => setOverlay('palette'), help: () => setOverlay('help') }), []);
  const close = () => setOverlay(null);
  useKeys(open);
  const known = me.data !== undefined;
  useEffect(() => (known ? followEvents(client) : undefined), [client, known]);
  return (
    <div className="flex min-h-dvh flex-col [--shell:0px] md:[--shell:2.75rem]">
      <a
        href="#content"
        className="absolute top-1 left-2 z-50 -translate-y-12 rounded-md bg-accent px-3 py-1.5 text-accent-ink focus:translate-y-0"
      >
        Skip to content
      </a>
      <TopBar me={me.data} open={open} />
      {me.data?.demo ? (
        <aside
          aria-label="Demo"
          className="flex items-center gap-2 border-b border-line bg-warn-soft px-4 py-1 text-xs print:hidden"
        >
          <Sign shape="info" tone="warn" />
          <span>
            Demo identities: one file holds every password, so four eyes is simulated. You are{' '}
            <strong className="font-semibold">{me.data.name}</strong>.
          </span>
        </aside>
      ) : null}
      <main id="content" tabIndex={-1} className="flex-1 px-4 py-4 outline-none">
        {children}
      </main>
      <Toaster />
      <Suspense>
        {overlay === 'palette' ? <Palette onClose={close} /> : null}
        {overlay === 'help' ? <KeyHelp onClose={close} /> : null}
      </Suspense>
    </div>
  );
}
