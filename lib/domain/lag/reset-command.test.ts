import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ResetCommandInput, resetCommand, resetCommandWords } from './reset-command.ts';

const input = (more: Partial<ResetCommandInput> = {}): ResetCommandInput => ({
  type: 'classic',
  groupId: 'payments-service',
  bootstrapServers: ['127.0.0.1:9092'],
  secured: false,
  target: { kind: 'offset', offset: 42n },
  partitions: new Map([['orders.v1', [0, 1]]]),
  ...more,
});

describe('the command with the same effect', () => {
  it('is plain for plain names', () => {
    expect(resetCommand(input())).toBe(
      'kafka-consumer-groups.sh --bootstrap-server 127.0.0.1:9092 --group payments-service --topic orders.v1:0,1 --reset-offsets --to-offset 42 --dry-run',
    );
    expect(
      resetCommand(
        input({ secured: true, target: { kind: 'timestamp', atMs: 0 }, bootstrapServers: ['a:1', 'b:2'] }),
      ),
    ).toBe(
      'kafka-consumer-groups.sh --bootstrap-server a:1,b:2 --command-config client.properties --group payments-service --topic orders.v1:0,1 --reset-offsets --to-datetime 1970-01-01T00:00:00.000Z --dry-run',
    );
  });

  it('takes the tool of the type, and is not there where that tool can not', () => {
    expect(resetCommand(input({ type: 'streams' }))).toMatch(
      /^kafka-streams-groups\.sh .* --input-topic orders\.v1:0,1 /,
    );
    expect(resetCommand(input({ type: 'share', target: { kind: 'latest' } }))).toMatch(
      /^kafka-share-groups\.sh /,
    );
    expect(resetCommand(input({ type: 'share' }))).toBeNull();
    expect(resetCommand(input({ partitions: new Map() }))).toBeNull();
  });
});

describe('through a real shell', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-words-'));
    for (const tool of ['kafka-consumer-groups.sh', 'kafka-share-groups.sh', 'kafka-streams-groups.sh']) {
      const file = path.join(folder, tool);
      writeFileSync(file, `#!/bin/sh\nprintf '%s\\0' ${tool} "$@"\n`);
      chmodSync(file, 0o755);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const wordsOf = (command: string): string[] =>
    execFileSync('/bin/sh', ['-c', command], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` },
    })
      .split('\0')
      .slice(0, -1);

  it.each([
    ' ',
    '-rf',
    '--execute',
    "it's",
    '$(touch /tmp/x) `id` $HOME',
    'a\nb\n',
    '\n',
    '"; exit 1; #',
    '~root',
    '*',
    'a\\',
    '!!',
    'tab\there\r',
    `\u001b[31mred`,
    '日本 ünï 😀',
    '\u202eabc',
    '%s%n',
    '',
  ])('the group %j arrives as it is', (groupId) => {
    const command = resetCommand(input({ groupId })) ?? '';
    expect(wordsOf(command)).toEqual(resetCommandWords(input({ groupId })));
    expect(wordsOf(command)).toContain(groupId);
    expect(command).not.toMatch(/(?!\n)\p{C}/u);
  });

  it('any name of a group or topic arrives as it is', () => {
    const name = fc
      .oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
        fc.string({
          unit: fc.constantFrom(...'\'"\\$`()\n\r\t -*?[]{}~#&;|<>!%=\u0001\u007f'),
          maxLength: 20,
        }),
      )
      .map((text) => text.replaceAll('\0', ''));
    const given = fc
      .tuple(name, name, fc.constantFrom('classic', 'streams' as const))
      .map(([groupId, topic, type]) =>
        input({ groupId, type, partitions: new Map([[topic, [0, 7]]]), secured: true }),
      );
    // One shell for many of them: to start one takes long where the machine is busy.
    fc.assert(
      fc.property(fc.array(given, { minLength: 15, maxLength: 30 }), (all) => {
        const commands = all.map((each) => resetCommand(each) ?? '').join('\n');
        expect(wordsOf(commands)).toEqual(all.flatMap((each) => resetCommandWords(each)));
      }),
      { numRuns: 2 },
    );
  });
});
