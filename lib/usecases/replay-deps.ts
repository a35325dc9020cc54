import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import type { EffectProbe } from '#lib/probes/port.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowLooks } from './checks/flow-looks.ts';
import type { DecisionPoint } from './decision-point.ts';
import type { PortionTerms } from './plan/portions.ts';

/** What governing replays needs; the web's runtime has it. Nothing here can write to Kafka. */
export type ReplayDeps = {
  database: Database;
  clusters: ReadonlyMap<string, ClusterConnection>;
  flowLooks: FlowLooks;
  config: Config;
  environment: { demo: boolean };
  /** Who may be asked whether an effect was done. */
  probes: ReadonlyMap<string, EffectProbe>;
  /** Planning reads the records of a large plan there, and holds them against their contract. */
  payloads: Pick<PayloadReader, 'check' | 'examine' | 'start'>;
  /** How large plans are handed over to be held while more of them are read; as `planPortions` when not given. */
  planPortions?: PortionTerms;
  clock: () => Date;
  /** A new id, never given before: of a draft that Sluice makes itself. */
  newId: () => string;
  /** Named moments at which the fault tests end the process. */
  reach: (point: DecisionPoint) => void;
};

/** Name under which Sluice itself stands in the audit log. */
export const systemActor = 'sluice';
