import type { ReplayPolicy } from '../flows/policy.ts';
import { SluiceError } from '../kernel/errors.ts';
import type { Bounds, CanaryTerms } from './replay.ts';

type Asked<T> = { [K in keyof T]?: T[K] | undefined };

function exceeds(field: string, asked: number, limit: number, how: string): never {
  throw new SluiceError(
    'bound_exceeds_policy',
    `${field} is ${asked}; the policy asks for ${how} ${limit}. A request can only tighten what the policy allows.`,
    { fields: { field, asked, limit } },
  );
}

const atMost = (field: string, asked: number | undefined, limit: number): number => {
  if (asked !== undefined && asked > limit) exceeds(field, asked, limit, 'at most');
  return asked ?? limit;
};
const atLeast = (field: string, asked: number | undefined, limit: number): number => {
  if (asked !== undefined && asked < limit) exceeds(field, asked, limit, 'at least');
  return asked ?? limit;
};

/** Bounds, tightened by the request. @throws SluiceError `bound_exceeds_policy` naming field, asked and limit */
export const tightenTo = (limits: Bounds, asked: Asked<Bounds> = {}): Bounds => ({
  maxRecords: atMost('bounds.maxRecords', asked.maxRecords, limits.maxRecords),
  maxBytes: atMost('bounds.maxBytes', asked.maxBytes, limits.maxBytes),
  recordsPerSecond: atMost('bounds.recordsPerSecond', asked.recordsPerSecond, limits.recordsPerSecond),
  maxDurationMs: atMost('bounds.maxDurationMs', asked.maxDurationMs, limits.maxDurationMs),
});

/** The policy's bounds, tightened by the request. @throws SluiceError as `tightenTo` */
export const tightenBounds = (policy: ReplayPolicy, asked: Asked<Bounds> = {}): Bounds =>
  tightenTo(policy, asked);

/** Tighter is fewer records, a longer settle time and a smaller ratio (invariant 7). @throws SluiceError `bound_exceeds_policy` */
export const tightenCanary = (policy: ReplayPolicy, asked: Asked<CanaryTerms> = {}): CanaryTerms => ({
  records: atMost('canary.records', asked.records, policy.canary.records),
  settleMs: atLeast('canary.settleMs', asked.settleMs, policy.canary.settleMs),
  maxCameBackRatio: atMost('canary.maxCameBackRatio', asked.maxCameBackRatio, policy.canary.maxCameBackRatio),
});
