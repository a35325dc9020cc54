import type { ReplayPolicy } from '../flows/policy.ts';
import { SluiceError } from '../kernel/errors.ts';
import type { AskedTerm, Bounds, CanaryTerms } from './replay.ts';

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

type Given = { bounds?: Asked<Bounds> | undefined; canary?: Asked<CanaryTerms> | undefined };

/** Tighter is less, and for the settle time more. */
const tighter = (term: AskedTerm, a: number, b: number) =>
  term === 'settleMs' ? Math.max(a, b) : Math.min(a, b);

/**
 * Which terms of a draft are its own: given, and not just what the policy says anyway.
 * @param before which were; what is not given now stays as it was
 */
export function askedTerms(policy: ReplayPolicy, given: Given, before: readonly AskedTerm[]): AskedTerm[] {
  const limits: Bounds & CanaryTerms = { ...tightenBounds(policy), ...policy.canary };
  const values: Asked<Bounds & CanaryTerms> = { ...given.bounds, ...given.canary };
  const terms = Object.keys(limits) as AskedTerm[];
  return terms
    .filter((term) => (values[term] === undefined ? before.includes(term) : values[term] !== limits[term]))
    .sort();
}

/**
 * The terms of a draft under the policy that is in force now: what was asked for is held against it, everything else follows it to where it
 * is tighter, for nobody wanted more than the policy allows. @throws SluiceError `bound_exceeds_policy`
 */
export function termsUnder(
  policy: ReplayPolicy,
  drafted: { bounds: Asked<Bounds>; canary: Asked<CanaryTerms> },
  asked: readonly AskedTerm[],
): { bounds: Bounds; canary: CanaryTerms } {
  const follow = <T extends Bounds | CanaryTerms>(values: Asked<T>, limits: T): Asked<T> =>
    Object.fromEntries(
      (Object.entries(limits) as [AskedTerm, number][]).map(([term, limit]) => {
        const value = (values as Partial<Record<AskedTerm, number>>)[term] ?? limit;
        return [term, asked.includes(term) ? value : tighter(term, value, limit)];
      }),
    ) as Asked<T>;
  return {
    bounds: tightenBounds(policy, follow(drafted.bounds, tightenBounds(policy))),
    canary: tightenCanary(policy, follow(drafted.canary, tightenCanary(policy))),
  };
}
