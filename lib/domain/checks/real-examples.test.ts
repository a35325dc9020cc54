import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCodes } from './check.ts';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const onRealParts = /\.(integration|fault)\.test\.ts$/;

/** Examples that tests hold against a real broker, as `code state`. */
function examples(): Set<string> {
  const found = new Set<string>();
  for (const folder of ['lib', 'tests'])
    for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!onRealParts.test(name)) continue;
      const text = readFileSync(path.join(root, folder, name), 'utf8');
      for (const [, code, state] of text.matchAll(/\bseeExample\(\s*[^,]+,\s*'(\w+)',\s*'(passes|fails)'/g))
        found.add(`${code} ${state}`);
    }
  return found;
}

describe('checks on real parts', () => {
  it('each has a passing and a failing example on a real broker', () => {
    const wanted = checkCodes.flatMap((code) => [`${code} passes`, `${code} fails`]);
    expect([...examples()].sort()).toEqual(wanted.sort());
  });
});
