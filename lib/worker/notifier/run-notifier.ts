import { setTimeout as sleep } from 'node:timers/promises';
import { timings as alertTimings } from '#lib/domain/alerts/kind.ts';
import type { Lease } from '#lib/store/leases.ts';
import type { AlertDeps } from '#lib/usecases/alerts/deps.ts';
import { evaluateAlerts } from '#lib/usecases/alerts/evaluate-alerts.ts';
import { type DeliverDeps, deliverDue, endStranded } from './deliver.ts';

type NotifierTimings = {
  evaluateMs: number;
  deliverMs: number;
  /** How long the delivery log keeps what has ended. */
  keepMs: number;
  alerts: AlertDeps['timings'];
};
type NotifierDeps = Omit<AlertDeps, 'timings'> & {
  log: (message: string) => void;
  timings: Partial<NotifierTimings>;
};

const defaults: NotifierTimings = {
  evaluateMs: 5_000,
  deliverMs: 1_000,
  keepMs: 30 * 24 * 3_600_000,
  alerts: alertTimings,
};
const pruneMs = 3_600_000;

/** Under the lease: evaluates alerts, and beside that delivers to each endpoint on its own, so that a slow one holds up nobody. Until the signal. */
export async function runNotifier(deps: NotifierDeps, lease: Lease, signal: AbortSignal): Promise<void> {
  const timings = { ...defaults, ...deps.timings };
  const alertDeps: AlertDeps = { ...deps, timings: timings.alerts };
  const { notify } = deps.config;
  const delivery: DeliverDeps = { ...deps, endpoints: notify };
  const over = new AbortController();
  const running = AbortSignal.any([signal, over.signal]);
  const every = (ms: number, what: string, work: () => Promise<unknown>) =>
    turns(ms, running, (error) => deps.log(`notifier: ${what} failed: ${error.message}`), work);
  await Promise.all([
    every(timings.evaluateMs, 'evaluating', async () => {
      if ((await evaluateAlerts(alertDeps, lease)) === null) over.abort();
    }),
    every(timings.deliverMs * 10, 'ending what is stranded', () => endStranded(delivery)),
    every(pruneMs, 'pruning', () =>
      Promise.all([
        deps.database.stores.notifications.prune(new Date(deps.clock().getTime() - timings.keepMs)),
        deps.database.stores.alertEvents.prune(deps.clock()),
      ]),
    ),
    ...notify.map((endpoint) =>
      every(timings.deliverMs, `delivering to ${endpoint.name}`, () =>
        deliverDue(delivery, endpoint, running),
      ),
    ),
  ]);
}

/** A failure is told and the next turn comes all the same. */
async function turns(
  ms: number,
  signal: AbortSignal,
  failed: (error: Error) => void,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch(failed);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}
