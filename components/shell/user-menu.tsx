'use client';
import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { useId, useRef, useState } from 'react';
import { paths } from '#lib/client/paths.ts';
import {
  currentTheme,
  setPreferences,
  setTheme,
  type Theme,
  usePreferences,
} from '#lib/client/preferences.ts';
import { signOut } from '#lib/client/session.ts';
import type { Me } from '#lib/contract/access.ts';
import { Keys } from '../ui/kbd.tsx';
import { announce } from '../ui/toast.tsx';

const themes: readonly { value: Theme; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];
const item = 'flex h-8 w-full items-center justify-between gap-4 rounded-sm px-2 text-left hover:bg-hover';

function ThemeChoice() {
  const name = useId();
  const [theme, choose] = useState<Theme>(currentTheme);
  return (
    <fieldset className="flex items-center justify-between gap-4 px-2 py-1">
      <legend className="float-left">Theme</legend>
      <div className="flex overflow-hidden rounded-md border border-line-strong">
        {themes.map(({ value, label }) => (
          <label
            key={value}
            className={`flex h-6 items-center px-2 text-xs has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent ${theme === value ? 'bg-accent text-accent-ink' : 'text-muted hover:bg-hover'}`}
          >
            <input
              type="radio"
              name={name}
              value={value}
              checked={theme === value}
              onChange={() => {
                setTheme(value);
                choose(value);
              }}
              className="sr-only"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Who is signed in, how this browser shows things, and the way out. */
export function UserMenu({ me, openHelp }: { me: Me | undefined; openHelp: () => void }) {
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { times, singleKeys } = usePreferences();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => window.location.assign(paths.signIn()),
    onError: (error) => announce(`Not signed out: ${error.message}`, 'act'),
  });
  const hide = () => panel.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-expanded={isOpen}
        aria-controls={id}
        className="flex h-7 items-center gap-1.5 rounded-md px-2 text-muted hover:bg-hover hover:text-ink pointer-coarse:h-9"
      >
        <span className="sr-only">Account of </span>
        <span className="font-medium">{me?.name ?? '…'}</span>
        <span className="hidden text-faint sm:inline">{me?.roles.join(', ')}</span>
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        onToggle={(event) => setOpen(event.newState === 'open')}
        className="fixed inset-auto top-10 right-4 m-0 w-72 rounded-lg border border-line-strong bg-raised p-1.5 shadow-[0_8px_24px_var(--shadow)]"
      >
        {isOpen ? <ThemeChoice /> : null}
        <button
          type="button"
          role="switch"
          aria-checked={times === 'absolute'}
          className={item}
          onClick={() => setPreferences({ times: times === 'absolute' ? 'relative' : 'absolute' })}
        >
          Clock times instead of ages
          <span className="flex items-center gap-2 text-muted">
            {times === 'absolute' ? 'on' : 'off'} <Keys keys="t" />
          </span>
        </button>
        <button
          type="button"
          role="switch"
          aria-checked={singleKeys}
          className={item}
          onClick={() => setPreferences({ singleKeys: !singleKeys })}
        >
          Single-key shortcuts
          <span className="text-muted">{singleKeys ? 'on' : 'off'}</span>
        </button>
        <hr className="my-1 border-line" />
        <button
          type="button"
          className={item}
          onClick={() => {
            hide();
            openHelp();
          }}
        >
          Keys <Keys keys="?" />
        </button>
        <Link href={paths.settings()} prefetch={false} onClick={hide} className={item}>
          Settings and API tokens <Keys keys="g s" />
        </Link>
        <hr className="my-1 border-line" />
        <button type="button" className={item} onClick={() => leave.mutate()}>
          Sign out
        </button>
      </div>
    </>
  );
}
