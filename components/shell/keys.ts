/** Where `g` and a letter go. */
export const goKeys = {
  h: '/',
  l: '/lag',
  d: '/dead-letters',
  r: '/replays',
  f: '/flows',
  i: '/incidents',
  a: '/audit',
  s: '/settings',
} as const;

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
