import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createReload } from './reload.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-reload-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const usable = 'clusters: [{ name: main, bootstrapServers: "127.0.0.1:9092" }]\n';

function reloadOf(text: string | null, restart: () => Promise<void> = async () => undefined) {
  const configFile = text === null ? null : path.join(folder, 'sluice.yaml');
  const write = (content: string) => configFile && writeFileSync(configFile, content);
  if (text !== null) write(text);
  const said: string[] = [];
  let restarts = 0;
  const restartParts = async () => {
    restarts += 1;
    await restart();
  };
  const reload = createReload({ configFile, env: {}, restartParts, say: (line) => said.push(line) });
  return { reload, write, said, restarts: () => restarts };
}

it('begins anew with a file that can be used', async () => {
  const { reload, said, restarts } = reloadOf(usable);
  await reload();
  expect(restarts()).toBe(1);
  expect(said.at(-1)).toMatch(/sluice\.yaml was read again/);
});

it('goes on as it was with one that cannot be used, and says where it is wrong', async () => {
  const { reload, write, said, restarts } = reloadOf(`${usable}clusterz: []\n`);
  await reload();
  expect(restarts()).toBe(0);
  expect(said.join('\n')).toMatch(/nothing changes[\s\S]*2[\s\S]*clusterz/);
  write(usable);
  await reload();
  expect(restarts()).toBe(1);
});

it('says so where there is no file, or where it is gone', async () => {
  const none = reloadOf(null);
  await none.reload();
  expect([none.said, none.restarts()]).toEqual([[expect.stringContaining('no configuration file')], 0]);
  const gone = reloadOf(usable);
  rmSync(path.join(folder, 'sluice.yaml'));
  await gone.reload();
  expect([gone.said, gone.restarts()]).toEqual([[expect.stringContaining('nothing changes')], 0]);
});

it('asked for again while it is at it, reads what was written meanwhile, once', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { reload, restarts } = reloadOf(usable, () => promise);
  const first = reload();
  await expect.poll(restarts).toBe(1);
  const others = [reload(), reload()];
  resolve();
  await Promise.all([first, ...others]);
  expect(restarts()).toBe(2);
});

it('rejects when a part does not come back, and can be asked again', async () => {
  let broken = true;
  const { reload } = reloadOf(usable, async () => {
    if (broken) throw new Error('the web died');
  });
  await expect(reload()).rejects.toThrow('the web died');
  broken = false;
  await reload();
});
