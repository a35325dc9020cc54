import pg from 'pg';
import { readFaults } from './faults/control.ts';
import { type FaultState, noFaults } from './faults/fault.ts';
import { takeOver, watchFaults } from './faults/watch.ts';
import { ensureTopics, kafkaFor } from './kafka/client.ts';
import { log } from './log.ts';
import { createStorefront } from './orders/storefront.ts';
import { createProviderClient } from './provider/client.ts';
import { startProvider } from './provider/process.ts';
import { ensureSchema } from './schema.ts';
import { createAnalytics } from './services/analytics.ts';
import { createFraud } from './services/fraud.ts';
import { createInventory } from './services/inventory.ts';
import { createNotifications } from './services/notifications.ts';
import { createPayments } from './services/payments.ts';
import { createReservations } from './services/reservations.ts';
import type { ServiceDeps } from './services/service.ts';
import type { Settings } from './settings.ts';
import { topologyOf } from './topology.ts';

/** Starts everything and resolves when it runs; the answer ends it, in order. */
export async function startPlatform(settings: Settings, signal: AbortSignal): Promise<() => Promise<void>> {
  const topology = topologyOf(settings.topicPrefix);
  const kafkaOf = (clientId: string) => kafkaFor(settings.brokers, clientId);
  const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 8, application_name: 'demo' });
  pool.on('error', (error) => log('platform', `lost an idle connection to Postgres: ${error.message}`));

  await ensureSchema(pool);
  await takeOver(pool, signal);
  await ensureTopics(kafkaOf('platform'), topology);

  const faults: FaultState = noFaults();
  for (const { name, enabled } of await readFaults(pool)) faults[name] = enabled;
  const provider = startProvider(settings.databaseUrl);
  await provider.setDown(faults.payments);

  const deps: ServiceDeps = {
    kafkaOf,
    pool,
    topology,
    faults,
    provider: createProviderClient(provider.baseUrl),
  };
  const storefront = createStorefront(deps, settings.burstOrders);
  const services = [
    createPayments(deps),
    createInventory(deps),
    createReservations(deps),
    createNotifications(deps),
    createAnalytics(deps),
    createFraud(deps),
    storefront,
  ];
  for (const service of services) service.start();
  const watch = watchFaults(pool, faults, async () => {
    await provider.setDown(faults.payments);
    await Promise.all(services.map((service) => service.settle()));
  });
  log('platform', 'running');

  return async () => {
    await watch.stop();
    await storefront.stop();
    await Promise.all(services.map((service) => (service === storefront ? undefined : service.stop())));
    await provider.stop();
    await pool.end();
    log('platform', 'ended');
  };
}
