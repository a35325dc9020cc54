import path from 'node:path';
import { parse } from 'yaml';
import { StartError } from './start-error.ts';

/** What this start is to do, decided from the environment alone (api.md, "Environment"). */
export type Settings = {
  root: string;
  /** Absolute. */
  home: string;
  host: string;
  /** 0 = any free one. */
  port: number;
  dev: boolean;
  /** Where the production build lies, relative to the root. */
  distDir: string;
  /** null = start the embedded broker. */
  kafkaBrokers: string | null;
  /** Whether an embedded broker is wanted: no brokers are named, and some cluster of the configuration needs them. */
  embedKafka: boolean;
  /** Owner's connection string; null = start the embedded Postgres. */
  databaseUrl: string | null;
  embedPostgres: boolean;
  /** Connection string of the app's role, when the operator has set it up. */
  appDatabaseUrl: string | null;
  configFile: string | null;
  demo: boolean;
  /** Demo users may exist: everything is embedded and reachable from this machine only, or the operator asked for them. */
  demoIdentities: boolean;
};

/** @returns whether only programs of this machine can reach a server bound to `host` */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

/** @returns whether some cluster of this configuration file names no brokers; a file that can't be read is judged later */
export function needsBrokers(configText: string): boolean {
  let config: unknown;
  try {
    config = parse(configText);
  } catch {
    return true;
  }
  const clusters =
    typeof config === 'object' && config !== null && 'clusters' in config ? config.clusters : null;
  if (!Array.isArray(clusters) || clusters.length === 0) return true;
  return clusters.some((cluster) => !cluster?.bootstrapServers || cluster.bootstrapServers.length === 0);
}

const flag = (name: string, value: string | undefined): boolean | null => {
  if (value === undefined || value === '') return null;
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new StartError(`${name} must be 1 or 0, not "${value}".`);
};

function portOf(value: string | undefined): number {
  const port = Number(value || '3000');
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StartError(`PORT must be a number from 0 to 65535, not "${value}".`);
}

/** The folder that relative paths of the environment are meant from: where the user typed, which npm keeps in INIT_CWD. */
export function folderOfUser(env: NodeJS.ProcessEnv, root: string, cwd: string): string {
  const throughNpm = env.npm_package_json === path.join(root, 'package.json');
  return (throughNpm && env.INIT_CWD) || cwd;
}

/**
 * @param readConfig text of a configuration file, or null when there is none there
 * @throws StartError naming the variable that is wrong
 */
export function decideSettings(
  env: NodeJS.ProcessEnv,
  at: { root: string; cwd: string; dev: boolean; readConfig: (file: string) => string | null },
): Settings {
  const user = folderOfUser(env, at.root, at.cwd);
  const ownConfig = env.SLUICE_CONFIG ? path.resolve(user, env.SLUICE_CONFIG) : null;
  const ownConfigText = ownConfig ? at.readConfig(ownConfig) : null;
  if (ownConfig && ownConfigText === null)
    throw new StartError(`SLUICE_CONFIG names ${ownConfig}, which can't be read.`);
  const host = env.HOST || '127.0.0.1';
  const kafkaBrokers = env.KAFKA_BROKERS?.trim() || null;
  const databaseUrl = env.DATABASE_URL?.trim() || null;
  const embedKafka = !kafkaBrokers && (ownConfigText === null || needsBrokers(ownConfigText));
  const embedPostgres = !databaseUrl;
  const embedded = embedKafka && embedPostgres;
  const demo = flag('SLUICE_DEMO', env.SLUICE_DEMO) ?? (embedded && ownConfig === null);
  if (demo && !embedKafka && !kafkaBrokers)
    throw new StartError(
      'SLUICE_DEMO=1 needs a Kafka to work on: set KAFKA_BROKERS, or leave SLUICE_CONFIG out.',
    );
  return {
    root: at.root,
    home: env.SLUICE_HOME ? path.resolve(user, env.SLUICE_HOME) : path.join(at.root, '.sluice'),
    host,
    port: portOf(env.PORT),
    dev: at.dev,
    distDir: env.SLUICE_DIST_DIR || '.next',
    kafkaBrokers,
    embedKafka,
    databaseUrl,
    embedPostgres,
    appDatabaseUrl: env.SLUICE_APP_DATABASE_URL || null,
    configFile: ownConfig ?? (demo ? path.join(at.root, 'demo', 'sluice.yaml') : null),
    demo,
    demoIdentities: (embedded && isLoopback(host)) || env.SLUICE_BOOTSTRAP === 'demo',
  };
}

/** Where a browser finds it: a wildcard address is answered by loopback. */
export function baseUrlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}
