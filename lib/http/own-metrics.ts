import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { WebRuntime } from '#lib/compose/web.ts';
import { readAnchors } from '#lib/usecases/audit/read-anchors.ts';
import { readHealth } from './health.ts';

const holder = globalThis as typeof globalThis & { sluiceProcessMetrics?: Registry };

/** Memory, CPU and event loop of this process; collected once, however often Next bundles this module. */
function processMetrics(): Registry {
  if (!holder.sluiceProcessMetrics) {
    holder.sluiceProcessMetrics = new Registry();
    collectDefaultMetrics({ register: holder.sluiceProcessMetrics });
  }
  return holder.sluiceProcessMetrics;
}

/** Prometheus text of Sluice itself: what it depends on, the audit log's length, and the web process. A value that is not known has no sample. */
export async function ownMetrics(runtime: WebRuntime): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const { checks } = await readHealth(runtime);
  const up = gauge('sluice_dependency_up', 'Whether what Sluice depends on answers (1) or not (0)', [
    'dependency',
    'cluster',
  ]);
  up.set({ dependency: 'postgres', cluster: '' }, checks.postgres === 'ok' ? 1 : 0);
  if (checks.worker !== 'unknown')
    up.set({ dependency: 'worker', cluster: '' }, checks.worker === 'ok' ? 1 : 0);
  for (const [cluster, state] of Object.entries(checks.kafka))
    if (state !== 'unknown') up.set({ dependency: 'kafka', cluster }, state === 'ok' ? 1 : 0);
  const head = await runtime.database.stores.audit.head();
  gauge('sluice_audit_lines', 'Lines in the audit log').set(Number(head.seq));
  const { signed, places } = await readAnchors(runtime.database.stores);
  gauge('sluice_audit_lines_unsigned', 'Lines of the audit log after its newest signed head').set(
    Number(head.seq) - (signed?.seq ?? 0),
  );
  gauge('sluice_audit_anchors_failing', 'Places where heads of the audit log can not be kept now').set(
    places.filter((place) => place.failingSince !== null).length,
  );
  return `${await registry.metrics()}\n${await processMetrics().metrics()}`;
}

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;
