import { describe, expect, it } from 'vitest';
import { bindings } from './bindings.ts';
import { goKeys, readKey } from './keys.ts';

describe('single keys', () => {
  it('goes somewhere only after g', () => {
    expect(readKey('l', false)).toBeNull();
    expect(readKey('l', true)).toEqual({ kind: 'go', href: '/lag' });
    expect(readKey('z', true)).toBeNull();
  });
  it('has help for every place, and every key of the help does something', () => {
    const help = bindings.flatMap((group) => group.keys.map((binding) => binding.keys));
    for (const key of Object.keys(goKeys)) expect(help).toContain(`g ${key}`);
    for (const keys of help.filter((each) => /^[a-z/?]$/.test(each)))
      expect(readKey(keys, false)).not.toBeNull();
  });
});
