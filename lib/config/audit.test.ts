import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from './load.ts';
import { printConfig } from './print.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const clusters = `clusters:
  - { name: mirror, bootstrapServers: "a:1", readOnly: true }
  - { name: main, bootstrapServers: "a:2" }
`;
const read = async (text: string, env: Record<string, string> = {}) => {
  const file = path.join(folder, 'sluice.yaml');
  await writeFile(file, clusters + text);
  return readConfigFile(file, env, []);
};

describe('where heads of the audit log are kept', () => {
  it('is, unless the file says otherwise, the home and a topic of the first cluster that may be written to', async () =>
    expect((await read('')).audit).toEqual({
      privateKeyFile: null,
      anchorFile: null,
      anchorTopic: { cluster: 'main', topic: 'sluice.audit-anchors', create: true },
    }));

  it('names files beside the configuration, and does not read the key', async () => {
    const { audit } = await read(
      `audit: { privateKeyFile: "\${AUDIT_KEY}", anchorFile: heads, anchorTopic: { topic: heads, create: false } }`,
      { AUDIT_KEY: 'keys/audit.key' },
    );
    expect(audit).toEqual({
      privateKeyFile: path.join(folder, 'keys/audit.key'),
      anchorFile: path.join(folder, 'heads'),
      anchorTopic: { cluster: 'main', topic: 'heads', create: false },
    });
  });

  it('may be nowhere', async () =>
    expect((await read('audit: { anchorFile: none, anchorTopic: none }')).audit).toMatchObject({
      anchorFile: 'none',
      anchorTopic: null,
    }));

  it('is printed as a place', async () =>
    expect(printConfig(await read('audit: { privateKeyFile: /keys/audit.key }'))).toContain(
      'privateKeyFile: /keys/audit.key',
    ));

  it.each([
    ['{ anchorTopic: { cluster: mirror } }', 'read-only'],
    ['{ anchorTopic: { cluster: other } }', 'no cluster is called "other"'],
    ['{ privateKey: x }', 'unknown key'],
  ])('is refused: %s', async (audit, why) => expect(read(`audit: ${audit}`)).rejects.toThrow(why));
});
