import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

it.each(['/', '/lag?status=stalled', '/replays/r-1#evidence', '/dead-letters/main/orders.v1/0/12'])(
  '%s stays',
  (next) => expect(safeNext(next)).toBe(next),
);

it.each([
  ...[
    null,
    undefined,
    '',
    'lag',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\/evil.example',
  ],
  ...[
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\n/evil.example',
    '/.//evil.example',
    '/sign-in?next=/sign-in',
  ],
])('%j leads home', (next) => expect(safeNext(next)).toBe('/'));

it('a page whose name only begins like the sign-in page is a page', () => {
  expect(safeNext('/sign-ins')).toBe('/sign-ins');
});

it('whatever is asked for, a browser on this site stays on it', () => {
  const piece = fc.oneof(
    fc.constantFrom('/', '\\', '\t', '\n', '.', '..', ':', '@', 'evil.example', '?', '#'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const next = safeNext(`/${pieces.join('')}`);
      expect(new URL(next, 'https://sluice.example').origin).toBe('https://sluice.example');
    }),
  );
});
