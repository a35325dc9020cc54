import { useSyncExternalStore } from 'react';

/** What one person set for this browser. Kept in local storage; a browser that refuses storage forgets it on reload. */
export type Preferences = { times: 'relative' | 'absolute'; singleKeys: boolean };
export type Theme = 'system' | 'light' | 'dark';

const key = 'sluice-preferences';
const defaults: Preferences = { times: 'relative', singleKeys: true };
const listeners = new Set<() => void>();
let current: Preferences | null = null;

function read(): Preferences {
  if (current) return current;
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;
    current = {
      times: kept.times === 'absolute' ? 'absolute' : 'relative',
      singleKeys: kept.singleKeys !== false,
    };
  } catch {
    // Storage is blocked or holds something else: the defaults serve.
    current = defaults;
  }
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...read(), ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // Blocked storage: the choice holds until the page is left.
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const getPreferences = read;
export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, read, () => defaults);

/** The theme is a cookie, so that the server draws the first paint in it already. */
export function setTheme(theme: Theme): void {
  const age = theme === 'system' ? 0 : 31_536_000;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = `sluice-theme=${theme}; path=/; max-age=${age}; samesite=lax`;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function currentTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}
