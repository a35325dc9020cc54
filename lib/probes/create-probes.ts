import type { ProbeConfig } from './config.ts';
import { createHttpProbe } from './http-probe.ts';
import type { EffectProbe } from './port.ts';
import { createSqlProbe } from './sql-probe.ts';

/** The declared probes by name; none of them opens anything before it is asked. */
export const createProbes = (configs: readonly ProbeConfig[]): ReadonlyMap<string, EffectProbe> =>
  new Map(
    configs.map((config) => [
      config.name,
      config.kind === 'http' ? createHttpProbe(config) : createSqlProbe(config),
    ]),
  );
