import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
let copy: string;

/** A tree with the real rules and a module or two, so that a planted import is judged as the real ones are. */
beforeEach(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'sluice-rules-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'tsconfig.base.json', 'package.json'])
    cpSync(path.join(root, name), path.join(copy, name));
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  write('lib/domain/lag/lag.ts', 'export const lag = 1;');
  write('lib/store/database.ts', 'export const database = 1;');
  write('lib/broker/platformatic/writer.ts', 'export const writer = 1;');
});
afterEach(() => rmSync(copy, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
  writeFileSync(path.join(copy, file), text);
}

function cruise(): { status: number | null; output: string } {
  const args = [path.join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')];
  const answer = spawnSync(process.execPath, [...args, '--config', '.dependency-cruiser.cjs', 'lib'], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status: answer.status, output: answer.stdout + answer.stderr };
}

it('passes what keeps to the layers', () => {
  write('lib/domain/lag/drain.ts', "export { lag } from './lag.ts';");
  const { status, output } = cruise();
  expect(output).toMatch(/no dependency violations found \(4 modules/);
  expect(status).toBe(0);
}, 30_000);

const planted = [
  {
    rule: 'domain-is-pure',
    file: 'lib/domain/lag/impure.ts',
    text: "import { database } from '#lib/store/database.ts'; console.log(database);",
  },
  {
    rule: 'domain-does-no-io',
    file: 'lib/domain/lag/reading.ts',
    text: "import fs from 'node:fs'; console.log(fs);",
  },
  {
    rule: 'web-never-reaches-the-writer',
    file: 'lib/http/writing.ts',
    text: "import { writer } from '#lib/broker/platformatic/writer.ts'; console.log(writer);",
  },
];

it('refuses planted imports, each by its rule and its file', () => {
  for (const { file, text } of planted) write(file, text);
  const { status, output } = cruise();
  for (const { rule, file } of planted) expect(output).toMatch(new RegExp(`${rule}: ${file} `));
  expect(status).not.toBe(0);
}, 30_000);
