import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { asCurl } from './curl.ts';

describe('copy as curl', () => {
  it('keeps address and token as variables', () =>
    expect(asCurl({ method: 'POST', path: '/replays/r-1/pause', body: { reason: 'x' } })).toBe(
      [
        `curl -fsS -X POST "$SLUICE_URL"'/api/v1/replays/r-1/pause' \\`,
        `  -H "Authorization: Bearer $SLUICE_TOKEN" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '{"reason":"x"}'`,
      ].join('\n'),
    ));

  it('gives a shell exactly the body, whatever it holds', () => {
    const body = { reason: `it's $HOME \`date\` "now" \\ \n` };
    const command = asCurl({ method: 'POST', path: '/x', body }).replace('curl', `printf '%s\\n'`);
    const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(JSON.parse(words.at(-1) ?? '')).toEqual(body);
  });
});
