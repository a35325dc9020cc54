import { describe, expect, it } from 'vitest';
import { baseUrlOf, decideSettings, isLoopback, needsBrokers } from './settings.ts';

const decide = (env: Record<string, string>, configText: string | null = null) =>
  decideSettings(env as unknown as NodeJS.ProcessEnv, {
    root: '/project',
    cwd: '/elsewhere',
    dev: false,
    readConfig: () => configText,
  });
const ownBrokers = 'clusters: [{ name: main, bootstrapServers: "b:9092" }]';

describe('decideSettings', () => {
  it('embeds everything and runs the demo when nothing is named', () => {
    expect(decide({})).toMatchObject({
      home: '/project/.sluice',
      host: '127.0.0.1',
      port: 3000,
      embedKafka: true,
      embedPostgres: true,
      demo: true,
      demoIdentities: true,
      configFile: '/project/demo/sluice.yaml',
    });
  });

  it.each([
    ['an external Kafka', { KAFKA_BROKERS: 'b:9092' }, { embedKafka: false, embedPostgres: true }],
    [
      'an external Postgres',
      { DATABASE_URL: 'postgresql://h/d' },
      { embedKafka: true, embedPostgres: false },
    ],
  ])('starts only what is missing beside %s, without demo or demo users', (_name, env, embedded) => {
    expect(decide(env)).toMatchObject({ ...embedded, demo: false, demoIdentities: false, configFile: null });
  });

  it('makes no demo users when other machines reach it', () => {
    expect(decide({ HOST: '0.0.0.0' })).toMatchObject({ demo: true, demoIdentities: false });
  });

  it('makes demo users elsewhere only when asked to', () => {
    const env = { KAFKA_BROKERS: 'b:9092', HOST: '0.0.0.0' };
    expect(decide({ ...env, SLUICE_BOOTSTRAP: 'demo' }).demoIdentities).toBe(true);
    expect(decide({ ...env, SLUICE_BOOTSTRAP: '1' }).demoIdentities).toBe(false);
  });

  it.each([
    ['1', true],
    ['0', false],
  ])('SLUICE_DEMO=%s decides', (value, demo) => {
    expect(decide({ SLUICE_DEMO: value }).demo).toBe(demo);
    expect(decide({ SLUICE_DEMO: value, KAFKA_BROKERS: 'b:9092' }).demo).toBe(demo);
  });

  it('embeds no Kafka when the configuration names brokers for every cluster', () => {
    const settings = decide({ SLUICE_CONFIG: 'sluice.yaml' }, ownBrokers);
    expect(settings).toMatchObject({
      embedKafka: false,
      embedPostgres: true,
      demo: false,
      demoIdentities: false,
    });
    expect(settings.configFile).toBe('/elsewhere/sluice.yaml');
  });

  it('takes relative paths from where the user typed, when npm says where that was', () => {
    const env = { SLUICE_HOME: 'data', npm_package_json: '/project/package.json', INIT_CWD: '/user' };
    expect(decide(env).home).toBe('/user/data');
    expect(decide({ ...env, npm_package_json: '/another/package.json' }).home).toBe('/elsewhere/data');
  });

  it.each([
    [{ PORT: 'http' }, /PORT must be a number from 0 to 65535, not "http"/],
    [{ PORT: '70000' }, /PORT/],
    [{ SLUICE_DEMO: 'yes' }, /SLUICE_DEMO must be 1 or 0, not "yes"/],
    [{ SLUICE_CONFIG: 'gone.yaml' }, /SLUICE_CONFIG names \/elsewhere\/gone.yaml/],
  ])('refuses %j', (env, message) => {
    expect(() => decide(env)).toThrow(message);
  });

  it('refuses a demo with no Kafka of its own to work on', () => {
    expect(() => decide({ SLUICE_CONFIG: 'c.yaml', SLUICE_DEMO: '1' }, ownBrokers)).toThrow(/KAFKA_BROKERS/);
  });
});

describe('needsBrokers', () => {
  it.each([
    ['', true],
    ['flows: []', true],
    ['clusters: [{ name: a }]', true],
    ['clusters: [{ name: a, bootstrapServers: [] }]', true],
    [ownBrokers, false],
    ['clusters: [{ name: a, bootstrapServers: "x:1" }, { name: b }]', true],
    ['clusters: [: broken', true],
  ])('%j: %s', (text, needed) => {
    expect(needsBrokers(text)).toBe(needed);
  });
});

it.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.evil.example', false],
])('isLoopback(%s) is %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'http://127.0.0.1:3000'],
  ['::1', 'http://[::1]:3000'],
  ['sluice.internal', 'http://sluice.internal:3000'],
])('baseUrlOf(%s)', (host, url) => {
  expect(baseUrlOf(host, 3000)).toBe(url);
});
