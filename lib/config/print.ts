import { stringify } from 'yaml';
import { shownAddress } from '#lib/probes/config.ts';
import type { Config } from './config.ts';
import type { Variables } from './environment.ts';
import { readConfigFile } from './load.ts';
import { ConfigError } from './yaml-source.ts';

const secretName = /(password|secret|token|credential|jaas|private|passphrase|keystore\.key|routingKey)/i;
const redacted = '[redacted]';

/** User and password inside an address. */
const withoutUserInfo = (text: string) =>
  text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, `$1${redacted}@`);

/** The path of a webhook's address is as good as a password. */
const hostOnly = (url: string) => `${new URL(url).origin}/${redacted}`;

function redact(value: unknown, name: string): unknown {
  // What is still called a file is a place, not what stands in it.
  if (typeof value === 'string')
    return secretName.test(name) && !name.endsWith('File') ? redacted : withoutUserInfo(value);
  if (Array.isArray(value)) return value.map((item) => redact(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, key)]));
}

/** What is in force, as YAML, with every secret replaced. */
export const printConfig = (config: Config): string => {
  const notify = config.notify.map((endpoint) => ({ ...endpoint, url: hostOnly(endpoint.url) }));
  const probes = config.probes.map((probe) =>
    probe.kind === 'http'
      ? {
          ...probe,
          url: shownAddress(probe.url),
          headers: Object.fromEntries(Object.keys(probe.headers).map((name) => [name, redacted])),
        }
      : probe,
  );
  return stringify(redact({ ...config, notify, probes }, ''), { lineWidth: 0 });
};

export type ConfigCheck =
  | { ok: true; config: Config; warnings: readonly string[] }
  | { ok: false; problems: readonly { line: number | null; message: string }[]; message: string };

/** Validates a file without starting or opening anything but the secret files that it names. */
export async function checkConfig(file: string, env: Variables): Promise<ConfigCheck> {
  try {
    const brokers = (env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
    const config = await readConfigFile(file, env, brokers);
    return { ok: true, config, warnings: config.warnings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ok: false, problems: error.problems, message: error.message };
  }
}
