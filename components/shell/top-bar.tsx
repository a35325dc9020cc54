'use client';
import { useQuery } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { attentionQuery } from '#lib/client/home.ts';
import { paths } from '#lib/client/paths.ts';
import type { Me } from '#lib/contract/access.ts';
import { Keys } from '../ui/kbd.tsx';
import { Link } from '../ui/link.tsx';
import { ClusterState } from './cluster-state.tsx';
import { UserMenu } from './user-menu.tsx';

const places = [
  { href: paths.home(), name: 'Home' },
  { href: paths.lag(), name: 'Lag' },
  { href: paths.deadLetters(), name: 'Dead letters' },
  { href: paths.replays(), name: 'Replays' },
  { href: paths.flows(), name: 'Flows' },
  { href: paths.incidents(), name: 'Incidents' },
  { href: paths.audit(), name: 'Audit' },
] as const;

function Logo() {
  return (
    <Link
      href={paths.home()}
      className="flex items-center gap-2 font-semibold tracking-tight"
      aria-label="Sluice, home"
    >
      <svg viewBox="0 0 20 20" aria-hidden="true" className="size-5 text-accent">
        <path d="M3.5 2v16M16.5 2v16" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
        <path d="M6.5 3h7v6.5h-7z" fill="currentColor" />
        <path
          d="M5.5 14c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        />
      </svg>
      Sluice
    </Link>
  );
}

function Nav() {
  const path = usePathname();
  const { data: attention } = useQuery(attentionQuery());
  const urgent = attention?.items.filter((item) => item.severity === 'act').length ?? 0;
  return (
    <nav aria-label="Console" className="flex h-11 items-stretch overflow-x-auto md:gap-1">
      {places.map(({ href, name }) => {
        const here = href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? 'page' : undefined}
            className={`-outline-offset-4 flex items-center gap-1.5 border-b-2 px-1.5 whitespace-nowrap md:px-2.5 ${here ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink'}`}
          >
            {name}
            {name === 'Home' && urgent > 0 ? (
              <span className="rounded-sm bg-act-solid px-1 text-2xs font-semibold text-white">
                {urgent > 99 ? '99+' : urgent}
                <span className="sr-only"> need someone now</span>
              </span>
            ) : null}
          </Link>
        );
      })}
    </nav>
  );
}

/** Where you are, what is wrong (by number), whether Kafka and Sluice answer, and how to find anything. */
export function TopBar({
  me,
  open,
}: {
  me: Me | undefined;
  open: { palette: () => void; help: () => void };
}) {
  return (
    <header className="z-30 flex print:hidden flex-wrap items-center gap-x-5 border-b border-line-strong bg-surface px-4 md:sticky md:top-0 md:h-11 md:flex-nowrap">
      <div className="flex h-11 items-center">
        <Logo />
      </div>
      <div className="order-last -mx-4 w-[calc(100%+2rem)] border-t border-line px-2 md:order-none md:mx-0 md:w-auto md:min-w-0 md:border-0 md:px-0">
        <Nav />
      </div>
      <div className="ml-auto flex items-center gap-3">
        <ClusterState />
        <button
          type="button"
          onClick={open.palette}
          aria-label="Find or do, ⌘K"
          className="flex h-7 items-center gap-2 rounded-md border border-line-strong px-2 text-muted hover:bg-hover hover:text-ink pointer-coarse:h-9"
        >
          <svg
            viewBox="0 0 12 12"
            aria-hidden="true"
            className="size-3 fill-none stroke-current"
            strokeWidth="1.4"
          >
            <circle cx="5" cy="5" r="3.6" />
            <path d="m8 8 3 3" strokeLinecap="round" />
          </svg>
          <Keys keys="⌘ K" className="hidden lg:inline" />
        </button>
        <UserMenu me={me} openHelp={open.help} />
      </div>
    </header>
  );
}
