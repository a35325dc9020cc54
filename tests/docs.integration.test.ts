import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'demo/README.md'];
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const scripts = Object.keys(JSON.parse(read('package.json')).scripts as Record<string, string>);

const commandsOf = (file: string): string[] =>
  [...read(file).matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap((block) => (block[1] ?? '').split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');

/** Runs a command line of the docs as it stands, without its leading assignments. */
const run = (line: string) =>
  execFileSync('bash', ['-c', line], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: '' },
  });

describe('what the documents name is there', () => {
  it.each(pages)('%s: every npm script exists', (file) => {
    const named = [...read(file).matchAll(/npm (?:run (?:-s )?([a-z0-9:]+)|(start|test))/g)].map(
      (match) => match[1] ?? match[2],
    );
    expect(named.filter((name) => !scripts.includes(name ?? ''))).toEqual([]);
  });

  it.each(pages)('%s: every relative link and every file of the repository that is named exists', (file) => {
    const text = read(file);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map((match) => match[1] ?? '');
    const files = [
      ...text.matchAll(/`((?:lib|app|components|scripts|demo|prisma|docs|deploy|e2e)\/[\w./()[\]-]+)`/g),
    ].map((match) => match[1] ?? '');
    const here = path.dirname(path.join(root, file));
    expect(links.filter((link) => !existsSync(path.resolve(here, link)))).toEqual([]);
    expect(files.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('ARCHITECTURE.md: the files that keep the invariants exist', () => {
    const folder = readdirSync(path.join(root, 'lib/usecases/execute'));
    const short = [...read('ARCHITECTURE.md').matchAll(/`([a-z-]+\.ts)`/g)].map((match) => match[1] ?? '');
    const elsewhere = ['routing.ts'];
    expect(short.filter((name) => !folder.includes(name) && !elsewhere.includes(name))).toEqual([]);
  });
});

describe('the commands of the sluice program that the documents name', () => {
  const named = pages.flatMap((file) => commandsOf(file)).filter((line) => line.includes('sluice '));

  it('are known to it', () => {
    const help = run('npx --no-install sluice help');
    for (const line of named.filter((each) => each.startsWith('npx'))) {
      const [, command = ''] = /sluice ([a-z]+ [a-z]+)/.exec(line) ?? [];
      expect(help, line).toContain(command);
    }
  }, 60_000);

  it('check a configuration', () => {
    expect(run('npx --no-install sluice config check demo/sluice.yaml')).toContain('demo/sluice.yaml: valid');
  }, 60_000);
});
