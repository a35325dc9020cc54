import path from 'node:path';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What a process of Sluice is told by its environment (api.md, "Environment"). */
export type Environment = {
  host: string;
  port: number;
  /** Other addresses under which people reach this Sluice, for example behind a TLS proxy: https://sluice.example */
  publicUrls: readonly string[];
  /** Absolute. */
  home: string;
  kafkaBrokers: readonly string[];
  /** Connection string of the app's role. */
  appDatabaseUrl: string | null;
  configFile: string | null;
  /** Kafka and Postgres both embedded and the host loopback: demo users, simulated four eyes. */
  demo: boolean;
};

const list = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`SLUICE_PUBLIC_URLS must list http or https addresses, not "${text}".`);
  return url.origin;
}

/** @throws Error naming the variable that is wrong */
export function readEnvironment(env: Variables): Environment {
  const port = Number(env.PORT ?? '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, not "${env.PORT}".`);
  return {
    host: env.HOST ?? '127.0.0.1',
    port,
    publicUrls: list(env.SLUICE_PUBLIC_URLS).map(publicUrl),
    home: path.resolve(env.SLUICE_HOME ?? '.sluice'),
    kafkaBrokers: list(env.KAFKA_BROKERS),
    appDatabaseUrl: env.SLUICE_APP_DATABASE_URL ?? null,
    configFile: env.SLUICE_CONFIG ? path.resolve(env.SLUICE_CONFIG) : null,
    demo: env.SLUICE_DEMO_IDENTITIES === '1',
  };
}

/** Where people reach the console, without a slash at the end: the first of SLUICE_PUBLIC_URLS, else the address it listens on. */
export const consoleUrlOf = ({
  host,
  port,
  publicUrls,
}: Pick<Environment, 'host' | 'port' | 'publicUrls'>): string =>
  publicUrls[0] ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
