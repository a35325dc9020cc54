import type { DatabaseUrls } from './database.ts';
import { embeddedUrl, ensureDatabase, migrateDatabase, passwordOf } from './database.ts';
import type { Home } from './home.ts';
import { kafkaService, prepareKafka } from './kafka.ts';
import { requireJava, resolveKafkaJars } from './kafka-jars.ts';
import type { EmbeddedPorts } from './ports.ts';
import { initPostgres, postgresService } from './postgres.ts';
import { preparePostgresPlace } from './postgres-place.ts';
import { readOrMakeSecrets } from './secrets.ts';
import type { Settings } from './settings.ts';
import type { Steps } from './steps.ts';
import type { ServiceSpec } from './supervisor.ts';

/** What starting one of the embedded parts needs. `run` keeps the process alive from then on and resolves when it serves. */
export type EmbeddedContext = {
  root: string;
  home: Home;
  ports: EmbeddedPorts;
  steps: Steps;
  signal: AbortSignal;
  durable: boolean;
  run: (spec: ServiceSpec, marker: string) => Promise<void>;
};

/** Starts the embedded Postgres. @returns the owner's connection string of `database` */
export async function startEmbeddedPostgres(at: EmbeddedContext, database: string): Promise<string> {
  const { postgresPassword } = readOrMakeSecrets(at.home.secrets);
  return at.steps.run(
    null,
    async () => {
      const place = preparePostgresPlace({
        root: at.root,
        data: at.home.postgres,
        memory: at.home.postgresPlace,
        say: at.steps.say,
      });
      await initPostgres(place, postgresPassword, at.signal);
      at.signal.throwIfAborted();
      const options = { port: at.ports.postgres, logFile: at.home.log('postgres'), durable: at.durable };
      await at.run(postgresService(place, options), place.data);
      if (database !== 'postgres')
        await ensureDatabase(embeddedUrl(at.ports.postgres, postgresPassword, 'postgres'), database);
      return embeddedUrl(at.ports.postgres, postgresPassword, database);
    },
    () => `Postgres on 127.0.0.1:${at.ports.postgres}`,
  );
}

/** Starts the embedded broker. @returns its bootstrap servers */
export async function startEmbeddedKafka(at: EmbeddedContext): Promise<string> {
  requireJava();
  const jars = await at.steps.run(
    null,
    () => resolveKafkaJars(at.root, at.signal),
    (result) => (result.resolved ? 'Kafka resolved by Maven' : null),
  );
  const place = { jars: jars.folder, folder: at.home.kafka };
  await at.steps.run(
    null,
    async () => {
      await prepareKafka(place, at.ports, at.signal);
      at.signal.throwIfAborted();
      await at.run(kafkaService(place, at.home.log('kafka')), place.folder);
    },
    () => `Kafka 4.4.0 on 127.0.0.1:${at.ports.kafka}`,
  );
  return `127.0.0.1:${at.ports.kafka}`;
}

/** Migrations and the app's role, in whichever database there is. */
export async function readyDatabase(
  ownerUrl: string,
  settings: Settings,
  home: Home,
  steps: Steps,
): Promise<DatabaseUrls> {
  const password = settings.appDatabaseUrl
    ? passwordOf(settings.appDatabaseUrl)
    : readOrMakeSecrets(home.secrets).appPassword;
  return steps.run(
    null,
    () => migrateDatabase(ownerUrl, password, settings.root),
    ({ applied }) => (applied.length > 0 ? `migrations applied (${applied.join(', ')})` : null),
  );
}
