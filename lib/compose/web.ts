import { randomUUID } from 'node:crypto';
import { createIdentityProvider, type IdentityProvider } from '#lib/auth/oidc/identity-provider.ts';
import { createPayloadReader, type PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import { type Environment, readEnvironment, type Variables } from '#lib/config/environment.ts';
import { loadConfig } from '#lib/config/load.ts';
import { createProbes } from '#lib/probes/create-probes.ts';
import type { EffectProbe } from '#lib/probes/port.ts';
import { createSchemaRegistries } from '#lib/registry/client.ts';
import { type Database, openDatabase } from '#lib/store/database.ts';
import { createDatabaseClock } from '#lib/store/database-clock.ts';
import { createFlowLooks, type FlowLooks } from '#lib/usecases/checks/flow-looks.ts';
import { currentPolicy } from '#lib/usecases/current-policy.ts';
import type { DecisionPoint } from '#lib/usecases/decision-point.ts';
import { killHook } from './kill-hook.ts';

/** What the web process has: everything to read with, nothing that writes to Kafka. */
export type WebRuntime = {
  environment: Environment;
  config: Config;
  database: Database;
  clusters: ReadonlyMap<string, ClusterConnection>;
  /** Declarations held against what runs, for who decides. */
  flowLooks: FlowLooks;
  /** Records as they may be shown: decoded and masked in a process of their own. */
  payloads: PayloadReader;
  /** Who may be asked whether an effect was done. */
  probes: ReadonlyMap<string, EffectProbe>;
  /** Where people sign in by OpenID Connect; null where none is configured. */
  identityProvider: IdentityProvider | null;
  clock: () => Date;
  /** A new id, never given before. */
  newId: () => string;
  /** Where the fault tests end the process. */
  reach: (point: DecisionPoint) => void;
};

async function composeWeb(env: Variables): Promise<WebRuntime> {
  const environment = readEnvironment(env);
  if (!environment.appDatabaseUrl)
    throw new Error('SLUICE_APP_DATABASE_URL is not set: start Sluice by `npm start`.');
  const config = await loadConfig(environment, env);
  const database = openDatabase(environment.appDatabaseUrl, { maxConnections: 10 });
  const clock = createDatabaseClock(database, (message) => console.error(`web: ${message}`));
  // It lives as long as the process; until the database has answered once, this machine's time is all there is.
  void clock.keep(new AbortController().signal);
  const reading = {
    config,
    database,
    clusters: new Map(config.clusters.map((cluster) => [cluster.name, connectCluster(cluster)])),
    payloads: createPayloadReader(config.clusters),
    clock: clock.now,
  };
  const runtime: WebRuntime = {
    ...reading,
    environment,
    flowLooks: createFlowLooks({ ...reading, registries: createSchemaRegistries(config.clusters) }),
    probes: createProbes(config.probes),
    identityProvider: config.auth.oidc && createIdentityProvider(config.auth.oidc, clock.now),
    newId: randomUUID,
    reach: killHook(env),
  };
  // Workers compare with it from the start; without a database it is registered when it is first needed.
  await currentPolicy(runtime).catch((error) =>
    console.error(`The policy could not be registered at start: ${(error as Error).message}`),
  );
  return runtime;
}

const holder = globalThis as typeof globalThis & { sluiceWebRuntime?: Promise<WebRuntime> };

/** The one runtime of this process; Next bundles modules more than once, so it hangs on globalThis. */
export function webRuntime(): Promise<WebRuntime> {
  holder.sluiceWebRuntime ??= composeWeb(process.env).catch((error) => {
    delete holder.sluiceWebRuntime;
    throw error;
  });
  return holder.sluiceWebRuntime;
}
