import type { z } from 'zod';
import type { Config } from '#lib/config/config.ts';
import type { healthAnswer } from '#lib/contract/home.ts';
import type { Database } from '#lib/store/database.ts';

export type Health = z.infer<typeof healthAnswer>;
type KafkaCheck = Health['checks']['kafka'][string];

const answerWithinMs = 2000;
const workerSeenWithinMs = 15_000;
/** A collector that has not tried for so long says nothing about the broker. */
const stateCountsForMs = 30_000;

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Postgres did not answer within ${answerWithinMs} ms.`)),
      answerWithinMs,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function kafkaCheck(seen: { state: string; ageMs: number } | undefined): KafkaCheck {
  if (!seen || seen.ageMs > stateCountsForMs) return 'unknown';
  return seen.state === 'ok' ? 'ok' : 'degraded';
}

/**
 * What this Sluice depends on (api.md, /health). A broker that is down degrades; Postgres or all workers down is `down`.
 * Kafka's state is the collector's last reading in Postgres: unknown when that is missing or old.
 */
export async function readHealth(deps: {
  database: Database;
  config: Pick<Config, 'clusters'>;
}): Promise<Health> {
  const { health } = deps.database.stores;
  const names = deps.config.clusters.map((cluster) => cluster.name);
  try {
    const [worker, states] = await within(
      Promise.all([health.workerSeenWithin(workerSeenWithinMs), health.clusterStates()]),
    );
    const kafka = Object.fromEntries(
      names.map((name) => [name, kafkaCheck(states.find((state) => state.cluster === name))]),
    );
    const degraded = Object.values(kafka).some((check) => check !== 'ok');
    return {
      status: worker ? (degraded ? 'degraded' : 'ok') : 'down',
      checks: { postgres: 'ok', kafka, worker: worker ? 'ok' : 'down' },
    };
  } catch (error) {
    console.error(JSON.stringify({ level: 'error', where: 'health', error: String(error) }));
    const kafka = Object.fromEntries(names.map((name) => [name, 'unknown' as const]));
    return { status: 'down', checks: { postgres: 'down', kafka, worker: 'unknown' } };
  }
}
