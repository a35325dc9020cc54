import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashPolicy } from './build.ts';
import { loadConfig, readConfigFile } from './load.ts';
import { checkConfig, printConfig } from './print.ts';
import { ConfigError } from './yaml-source.ts';

const example = `
clusters:
  - name: main
    bootstrapServers: 127.0.0.1:9092
    properties: { security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-512, sasl.username: reader, sasl.passwordFile: reader.txt }
    writeProperties: { sasl.username: replayer, sasl.passwordFile: replayer.txt }
    schemaRegistry: { url: "http://127.0.0.1:8081/apis/ccompat/v7", username: x, passwordFile: reader.txt }
    readOnly: false
deadLetters:
  discover: ["*.dlq"]
  topics:
    - { cluster: main, topic: legacy.errors, mapping: { originTopic: x-src, originOffset: { header: x-off, as: int64be }, message: x-err } }
flows:
  - name: payments
    owner: { team: team-payments, runbook: "https://runbook.invalid", logs: "https://logs.invalid/?q={originTopic}%20{originOffset}" }
    cluster: main
    topic: orders.v1
    groups: [{ id: payments-service, isolation: read_committed, replaySafe: true }]
    retryTopics: [orders.v1.payments.retry]
    deadLetters: orders.v1.payments.dlq
    quarantine: orders.v1.payments.quarantine
    boundary:
      truth: "payments.ledger in Postgres"
      contract: { subject: orders.v1-value }
      ordering: { key: orderId, required: true }
      state: transactional
      time: processing
      delivery: at-least-once
      effects: [{ what: "charges a card at the provider", external: true, idempotencyKey: "field:/orderId" }]
      replay: conditional
    objectives: { timeLagMs: 30000, deadLettersPerHour: 10, stalledAfterMs: 30000 }
    policy:
      destinations: [retry, quarantine]
      maxRecords: 10000
      canary: { records: 20, settleMs: 10000, maxCameBackRatio: 0 }
      ramp: [1, 5, 20, 100]
      gates: { maxCameBackRatio: 0.02, maxTargetLagGrowth: 5000, onFail: pause }
      removeHeaders: ["b3"]
      rules:
        - { when: "manifest.bytes > 100000000", then: { approvals: 2 }, reason: "large" }
        - { when: "evidence.stillFailing.ratio > 0.01", then: deny, reason: "the failure is still arriving" }
    mask: ["/card/number", "header:authorization"]
defaults:
  policy: { approvals: 1, maxRecords: 1000, recordsPerSecond: 50, destinations: [quarantine], canary: { records: 10, settleMs: 10000 } }
notify:
  - { kind: webhook, url: "\${ALERT_URL}", secretFile: reader.txt, on: [slo_burn, approval_wanted] }
  - { kind: webhook, name: pager, url: "https://pager.invalid/v2", format: pagerduty, routingKeyFile: replayer.txt, on: [group_stuck], flows: ["payments*"] }
auth: { local: true }
roles:
  - { role: approver, clusters: [main], flows: ["payments*"], subjects: ["group:payments-leads", "user:ben"] }
`;
const env = { ALERT_URL: 'https://hook.invalid/x' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-config-'));
  await writeFile(path.join(folder, 'reader.txt'), 'r3ader-s3cret\n');
  await writeFile(path.join(folder, 'replayer.txt'), 'wr1ter-s3cret\n');
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (text: string) => {
  const file = path.join(folder, 'sluice.yaml');
  await writeFile(file, text);
  return file;
};
const read = async (text: string) => readConfigFile(await write(text), env, ['127.0.0.1:29092']);
const problems = async (text: string) => {
  const error = await read(text).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigError)) throw new Error('the configuration was accepted');
  return error.problems;
};
const lineWith = (text: string, part: string) =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('readConfigFile', () => {
  it('reads every key of the documented example', async () => {
    const config = await read(example);
    const [flow] = config.flows;
    expect(config.clusters[0]).toMatchObject({
      bootstrapServers: ['127.0.0.1:9092'],
      properties: { 'sasl.username': 'reader', 'sasl.password': 'r3ader-s3cret' },
      writeProperties: {
        'sasl.username': 'replayer',
        'sasl.password': 'wr1ter-s3cret',
        'security.protocol': 'SASL_SSL',
      },
      schemaRegistry: { password: 'r3ader-s3cret' },
    });
    expect(config.deadLetters.topics[0]?.mapping).toEqual({
      originTopic: { header: 'x-src', as: 'text' },
      originOffset: { header: 'x-off', as: 'int64be' },
      message: { header: 'x-err', as: 'text' },
    });
    expect(flow?.policy).toMatchObject({ maxRecords: 10_000, recordsPerSecond: 50, canary: { records: 20 } });
    expect(flow?.boundary.effects[0]?.idempotencyKey).toBe('field:/orderId');
    expect(config.notify).toEqual([
      {
        name: 'hook.invalid',
        url: 'https://hook.invalid/x',
        format: 'generic',
        secret: 'r3ader-s3cret',
        routingKey: null,
        on: ['slo_burn', 'approval_wanted'],
        flows: null,
      },
      {
        name: 'pager',
        url: 'https://pager.invalid/v2',
        format: 'pagerduty',
        secret: null,
        routingKey: 'wr1ter-s3cret',
        on: ['group_stuck'],
        flows: ['payments*'],
      },
    ]);
    expect(config.defaultPolicy.canary).toEqual({ records: 10, settleMs: 10_000, maxCameBackRatio: 0 });
  });

  it('takes a dead-letter topic with an excerpt, which is no part of flows without one', async () => {
    const plain = await read(example);
    expect(plain.flows[0]).not.toHaveProperty('excerpt');
    const from = 'deadLetters: orders.v1.payments.dlq';
    const to = 'deadLetters: { topic: orders.v1.payments.dlq, excerpt: { bytes: 512 } }';
    const { flows, policyHash } = await read(example.replace(from, to));
    expect(flows[0]).toMatchObject({ deadLetters: 'orders.v1.payments.dlq', excerpt: { bytes: 512 } });
    expect(policyHash).not.toBe(plain.policyHash);
    const bad = 'deadLetters: { topic: a.dlq, excerpt: { bytes: 5000 } }';
    expect(await problems(example.replace(from, bad))).toMatchObject([
      { message: expect.stringContaining('must be a whole number of bytes from 1 to 2048') },
    ]);
  });

  it.each([
    ['an unknown key of a flow', 'mask:', 'maskk: []\n    mask:'],
    ['an unknown key of a policy', 'maxRecords: 10000', 'maxRecord: 10000'],
    ['an unknown key of a gate', 'onFail: pause', 'onFial: pause'],
    ['an unknown key at the top', 'defaults:', 'defualts: {}\ndefaults:'],
    ['a rule that can’t be read', 'manifest.bytes > 100000000', 'manifest.bytes >> 1'],
    ['a rule about an unknown fact', 'evidence.stillFailing.ratio', 'evidence.stillFialing.ratio'],
    ['a missing variable', 'ALERT_URL', 'ALERT_URI'],
    ['a missing secret file', 'secretFile: reader.txt', 'secretFile: nobody.txt'],
    ['a kind of alert that is not known', '[slo_burn, approval_wanted]', '[slo_burn, aproval_wanted]'],
    ['a format that is not known', 'format: pagerduty', 'format: pager'],
    [
      'PagerDuty without a routing key',
      'format: pagerduty, routingKeyFile: replayer.txt,',
      'format: pagerduty, secret: x,',
    ],
    ['an endpoint that is no web address', 'https://pager.invalid/v2', 'ftp://pager.invalid/v2'],
    ['an endpoint with a password in its address', '//pager.invalid', '//me:pw@pager.invalid'],
    ['a registry that is no web address', '"http://127.0.0.1:8081/', '"ftp://127.0.0.1:8081/'],
    ['a registry with a user in its address', '"http://127.0.0.1:8081/', '"http://me:pw@127.0.0.1:8081/'],
    ['a version that is none', '{ subject: orders.v1-value }', '{ subject: orders.v1-value, version: 0 }'],
    [
      'an excerpt that is too long',
      'deadLetters: orders.v1.payments.dlq',
      'deadLetters: { topic: a.dlq, excerpt: { bytes: 2049 } }',
    ],
    [
      'an excerpt of nothing',
      'deadLetters: orders.v1.payments.dlq',
      'deadLetters: { topic: a.dlq, excerpt: { bytes: 0 } }',
    ],
    [
      'an unknown key of dead letters',
      'deadLetters: orders.v1.payments.dlq',
      'deadLetters: { topic: a.dlq, exerpt: { bytes: 5 } }',
    ],
    ['an unknown cluster', '    cluster: main\n    topic', '    cluster: mian\n    topic'],
    [
      'an internal destination',
      'destinations: [retry, quarantine]',
      'destinations: ["topic:__consumer_offsets"]',
    ],
    ['a flow with the name of a page', '  - name: payments', '  - name: map'],
    ['a topic in two places', 'retryTopics: [orders.v1.payments.retry]', 'retryTopics: [orders.v1]'],
  ])('refuses %s with its line', async (_what, from, to) => {
    const text = example.replace(from, to);
    expect(text).not.toBe(example);
    const found = await problems(text);
    const at = lineWith(text, to.split('\n')[0] ?? to);
    expect(found.map((problem) => problem.line)).toContain(at);
  });

  it('names unnamed endpoints by their host, and warns of what is open to others', async () => {
    const config = await read(`
notify:
  - { kind: webhook, url: "http://hook.invalid/a", on: [expiry_soon] }
  - { kind: webhook, url: "http://hook.invalid/b", secret: x, on: [expiry_soon] }
  - { kind: webhook, url: "http://127.0.0.1:9/c", format: slack, on: [expiry_soon] }
`);
    expect(config.notify.map((each) => each.name)).toEqual(['hook.invalid', 'hook.invalid-2', '127.0.0.1']);
    expect(config.warnings.map((each) => each.split(':')[0])).toEqual([
      'notify "hook.invalid"',
      'notify "hook.invalid"',
      'notify "hook.invalid-2"',
    ]);
  });

  it('says what YAML does not parse, and where', async () => {
    expect(await problems('flows:\n  - name: "x\n')).toMatchObject([{ line: expect.any(Number) }]);
  });

  it('takes the newest version of a subject as the contract, unless one is named', async () => {
    const contractOf = async (text: string) => (await read(text)).flows[0]?.boundary.contract;
    const named = example.replace('{ subject: orders.v1-value }', '{ subject: orders.v1-value, version: 3 }');
    expect(await contractOf(example)).toEqual({ subject: 'orders.v1-value' });
    expect(await contractOf(named)).toEqual({ subject: 'orders.v1-value', version: 3 });
  });

  it('changes the policy hash exactly when flows or the default policy change', async () => {
    const before = await read(example);
    const renamed = await read(
      example.replace('subjects: ["group:payments-leads", "user:ben"]', 'subjects: []'),
    );
    const looser = await read(example.replace('maxCameBackRatio: 0.02', 'maxCameBackRatio: 0.03'));
    expect(before.policyHash).toBe(hashPolicy(before));
    expect(renamed.policyHash).toBe(before.policyHash);
    expect(looser.policyHash).not.toBe(before.policyHash);
  });
});

describe('loadConfig', () => {
  it('is one cluster `main` without a file', async () => {
    const config = await loadConfig({ configFile: null, kafkaBrokers: ['127.0.0.1:1'] }, {});
    expect(config.clusters).toMatchObject([{ name: 'main', bootstrapServers: ['127.0.0.1:1'] }]);
    expect(config.flows).toEqual([]);
  });

  it('says which cluster has no address', async () => {
    await expect(loadConfig({ configFile: null, kafkaBrokers: [] }, {})).rejects.toThrow(
      '"main" has no address',
    );
  });
});

describe('printConfig', () => {
  it('shows no secret', async () => {
    const text = printConfig(await read(example));
    expect(text).toContain('sasl.username: replayer');
    expect(text).not.toContain('s3cret');
    expect(text).toContain('https://hook.invalid/[redacted]');
    expect(text).not.toContain('hook.invalid/x');
  });
});

describe('checkConfig', () => {
  it('answers problems instead of throwing', async () => {
    const file = await write(example.replace('maxRecords: 10000', 'maxRecords: -1'));
    expect(await checkConfig(file, env)).toMatchObject({
      ok: false,
      problems: [{ line: expect.any(Number) }],
    });
    expect(await checkConfig(path.join(folder, 'none.yaml'), env)).toMatchObject({ ok: false });
  });
});
