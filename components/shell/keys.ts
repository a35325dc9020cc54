/** Every single key of the console, for the handler and for the help alike. */
export type Binding = { keys: string; does: string };

export const goKeys = {
  h: '/',
  l: '/lag',
  d: '/dead-letters',
  r: '/replays',
  f: '/flows',
  a: '/audit',
  s: '/settings',
} as const;

export const bindings: readonly { title: string; keys: readonly Binding[] }[] = [
  {
    title: 'Go to',
    keys: [
      { keys: 'g h', does: 'Home' },
      { keys: 'g l', does: 'Lag' },
      { keys: 'g d', does: 'Dead letters' },
      { keys: 'g r', does: 'Replays' },
      { keys: 'g f', does: 'Flows' },
      { keys: 'g a', does: 'Audit' },
      { keys: 'g s', does: 'Settings' },
    ],
  },
  {
    title: 'On a page',
    keys: [
      { keys: '/', does: 'Filter' },
      { keys: 'j', does: 'Next row' },
      { keys: 'k', does: 'Previous row' },
      { keys: 'Enter', does: 'Open the row' },
      { keys: 'x', does: 'Select the row' },
      { keys: 't', does: 'Times as ages or as clock times' },
    ],
  },
  {
    title: 'Anywhere',
    keys: [
      { keys: '⌘ K', does: 'Find a group, topic, replay, flow or action (also Ctrl K)' },
      { keys: '?', does: 'These keys' },
      { keys: 'Esc', does: 'Close, or leave a field' },
    ],
  },
];

export type KeyAct =
  | { kind: 'go'; href: string }
  | { kind: 'filter' | 'next-row' | 'previous-row' | 'select-row' | 'times' | 'help' | 'prefix' };

/** What a single key means, after `g` or not; null for none. */
export function readKey(key: string, afterG: boolean): KeyAct | null {
  if (afterG) {
    const href = (goKeys as Readonly<Record<string, string>>)[key];
    return href === undefined ? null : { kind: 'go', href };
  }
  switch (key) {
    case 'g':
      return { kind: 'prefix' };
    case '/':
      return { kind: 'filter' };
    case 'j':
      return { kind: 'next-row' };
    case 'k':
      return { kind: 'previous-row' };
    case 'x':
      return { kind: 'select-row' };
    case 't':
      return { kind: 'times' };
    case '?':
      return { kind: 'help' };
    default:
      return null;
  }
}
