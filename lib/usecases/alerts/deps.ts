import type { Config } from '#lib/config/config.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Alert } from '#lib/domain/alerts/alert.ts';
import type { AlertKind, Timing } from '#lib/domain/alerts/kind.ts';
import type { Database } from '#lib/store/database.ts';

export type AlertDeps = {
  database: Database;
  config: Config;
  clock: () => Date;
  timings: Readonly<Record<AlertKind, Timing>>;
  /** Where people reach the console: what links begin with. */
  consoleUrl: string;
};

/** Sluice looking at itself: it may read everything, and do nothing. */
export const systemPrincipal: Principal = {
  userId: 'system',
  name: 'sluice',
  grants: [{ role: 'viewer', cluster: '*', flow: '*' }],
  via: 'system',
};

/** What a person has to be able to read to see an alert. */
export const scopeOf = ({ scope, cluster, flow }: Pick<Alert, 'scope' | 'cluster' | 'flow'>) =>
  scope === 'cluster' ? { cluster } : { cluster, flow };
