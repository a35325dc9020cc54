import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCommand } from './cli.ts';
import { findRunning, homesOf } from './runtime-file.ts';

describe('parseCommand', () => {
  it('understands heal, break and status', () => {
    expect(parseCommand(['heal', 'payments'])).toEqual({ kind: 'set', name: 'payments', enabled: false });
    expect(parseCommand(['break', 'stall'])).toEqual({ kind: 'set', name: 'stall', enabled: true });
    expect(parseCommand(['status'])).toEqual({ kind: 'status' });
  });
  it.each([
    [[]],
    [['heal']],
    [['mend', 'payments']],
    [['heal', 'toString']],
    [['heal', 'payments', 'stall']],
    [['status', 'x']],
  ])('does not guess at %j', (args) => {
    expect(parseCommand(args)).toMatchObject({ kind: 'wrong' });
  });
});

describe('finding the running Sluice', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sluice-demo-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('looks in the repository by default, and for a relative SLUICE_HOME also where the user stands', () => {
    expect(homesOf({}, '/elsewhere', '/repo')).toEqual(['/repo/.sluice']);
    expect(homesOf({ SLUICE_HOME: 'x', INIT_CWD: '/user' }, '/repo', '/repo')).toEqual([
      '/repo/x',
      '/user/x',
    ]);
    expect(homesOf({ SLUICE_HOME: '/abs', INIT_CWD: '/user' }, '/cwd', '/repo')).toEqual(['/abs']);
  });

  it('takes the first that has an address', () => {
    writeFileSync(path.join(home, 'runtime.json'), JSON.stringify({ databaseUrl: 'postgres://x' }));
    expect(findRunning([path.join(home, 'none'), home]).databaseUrl).toBe('postgres://x');
  });

  it('says where it looked and what to do', () => {
    expect(() => findRunning([home])).toThrow(/not running.*runtime\.json: not there.*npm start/);
    writeFileSync(path.join(home, 'runtime.json'), '{');
    expect(() => findRunning([home])).toThrow(/JSON/);
  });
});
