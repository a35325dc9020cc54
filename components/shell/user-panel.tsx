'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { paths } from '#lib/client/paths.ts';
import {
  currentTheme,
  setPreferences,
  setTheme,
  type Theme,
  usePreferences,
} from '#lib/client/preferences.ts';
import { meQuery, signOut } from '#lib/client/session.ts';
import { Keys } from '../ui/kbd.tsx';
import { Link } from '../ui/link.tsx';
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

/** What the account button opens. */
export function UserPanel({ hide, openHelp }: { hide: () => void; openHelp: () => void }) {
  const { times, singleKeys } = usePreferences();
  const { data: me } = useQuery(meQuery());
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => window.location.assign(paths.signIn()),
    onError: (error) => announce(`Not signed out: ${error.message}`, 'act'),
  });
  return (
    <>
      <ThemeChoice />
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
      <Link href={paths.settings()} onClick={hide} className={item}>
        Settings and API tokens <Keys keys="g s" />
      </Link>
      <hr className="my-1 border-line" />
      {me?.via === 'proxy' ? (
        <p className="px-2 py-1 text-muted">The proxy signs you in: sign out there.</p>
      ) : (
        <button type="button" className={item} onClick={() => leave.mutate()}>
          Sign out
        </button>
      )}
    </>
  );
}
