import { expect, it } from 'vitest';
import { partEnvironment } from './parts.ts';
import { decideSettings } from './settings.ts';

const around = {
  ownerUrl: 'postgresql://owner:secret@127.0.0.1:1/sluice',
  appUrl: 'postgresql://sluice_app:other@127.0.0.1:1/sluice',
  kafkaBrokers: '127.0.0.1:2',
  demoProviderPort: 8,
  port: 4000,
};
const environmentOf = (env: Record<string, string>) => {
  const own = env as unknown as NodeJS.ProcessEnv;
  const at = { root: '/project', cwd: '/', dev: false, readConfig: () => 'clusters: []' };
  return partEnvironment(own, decideSettings(own, at), around);
};

it("never hands the owner's connection string to Sluice's own processes", () => {
  const env = environmentOf({ DATABASE_URL: around.ownerUrl, PATH: '/bin' });
  expect(Object.values(env).some((value) => value?.includes('owner:secret'))).toBe(false);
  expect(env).toMatchObject({ SLUICE_APP_DATABASE_URL: around.appUrl, PATH: '/bin', PORT: '4000' });
});

it('does not let a caller claim the demo', () => {
  const env = environmentOf({ SLUICE_DEMO_IDENTITIES: '1', KAFKA_BROKERS: 'b:9092' });
  expect(env.SLUICE_DEMO_IDENTITIES).toBeUndefined();
  expect(env.SLUICE_CONFIG).toBeUndefined();
});

it('tells the demo and its configuration where everything is embedded', () => {
  expect(environmentOf({})).toMatchObject({
    SLUICE_DEMO_IDENTITIES: '1',
    SLUICE_CONFIG: '/project/demo/sluice.yaml',
    KAFKA_BROKERS: '127.0.0.1:2',
    SLUICE_HOME: '/project/.sluice',
    NODE_ENV: 'production',
  });
});
