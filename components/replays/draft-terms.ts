import type { FlowView } from '#lib/contract/flows.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import { formatCount } from '../ui/format.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const numberAt = (value: unknown, name: string): number | null => {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === 'number' ? found : null;
};

/** What the flow's policy allows; null where it does not say. A request can only tighten it. */
export type Limits = {
  destinations: readonly string[] | null;
  approvals: number | null;
  requireTicket: boolean;
  maxRecords: number | null;
  recordsPerSecond: number | null;
  maxDurationMs: number | null;
  canaryRecords: number | null;
  settleMs: number | null;
  maxCameBackRatio: number | null;
};

export function limitsOf(policy: FlowView['policy'] | null): Limits {
  const destinations = policy?.destinations;
  const canary = policy?.canary;
  return {
    destinations: Array.isArray(destinations)
      ? destinations.filter((each) => typeof each === 'string')
      : null,
    approvals: numberAt(policy, 'approvals'),
    requireTicket: policy?.requireTicket === true,
    maxRecords: numberAt(policy, 'maxRecords'),
    recordsPerSecond: numberAt(policy, 'recordsPerSecond'),
    maxDurationMs: numberAt(policy, 'maxDurationMs'),
    canaryRecords: numberAt(canary, 'records'),
    settleMs: numberAt(canary, 'settleMs'),
    maxCameBackRatio: numberAt(canary, 'maxCameBackRatio'),
  };
}

export type Choice = {
  /** Stable name of the choice. */
  value: string;
  kind: DraftBody['destination']['kind'];
  topic: string | null;
  note: string;
  /** Why it can't be chosen. */
  denied: string | null;
};

/** Where these dead letters may go, the flow's retry topic first. What the policy does not allow stays and says so. */
export function choicesOf(flow: FlowView | null, sourceTopic: string, limits: Limits): Choice[] {
  const denied = (name: string): string | null =>
    limits.destinations === null || limits.destinations.includes(name)
      ? null
      : `The policy of ${flow ? `flow ${flow.name}` : 'topics without a flow'} allows ${limits.destinations.join(', ')}, not ${name}.`;
  const unsafe = (flow?.groups ?? []).filter((group) => !group.replaySafe).map((group) => group.id);
  const here = flow?.quarantine === sourceTopic;
  return [
    ...(flow?.retryTopics ?? []).map((topic, place) => ({
      value: `retry:${topic}`,
      kind: 'retry' as const,
      topic,
      note: place === 0 ? 'the flow’s first retry topic' : 'a retry topic of the flow',
      denied: denied('retry'),
    })),
    ...(flow
      ? [
          {
            value: 'origin',
            kind: 'origin' as const,
            topic: flow.topic,
            note: 'the topic they came from: every group that reads it sees them again',
            denied:
              denied('origin') ??
              (unsafe.length > 0 ? `Not declared replay-safe: ${unsafe.join(', ')}.` : null),
          },
        ]
      : []),
    ...(limits.destinations ?? [])
      .filter((name) => name.startsWith('topic:'))
      .map((name) => ({
        value: name,
        kind: 'topic' as const,
        topic: name.slice('topic:'.length),
        note: 'a topic that the policy names',
        denied: null,
      })),
    {
      value: 'quarantine',
      kind: 'quarantine' as const,
      topic: flow?.quarantine ?? null,
      note: flow?.quarantine
        ? 'they wait under guard; nobody processes them there'
        : `${flow?.deadLetters ?? sourceTopic}.quarantine, if it exists; Sluice never makes one`,
      denied: here ? 'They are there already.' : denied('quarantine'),
    },
  ];
}

/** The numbers as they were typed; empty is what the policy says. Rates per second, times in minutes and seconds, ratio in per cent. */
export const numberFields = [
  'maxRecords',
  'recordsPerSecond',
  'maxMinutes',
  'canaryRecords',
  'settleSeconds',
  'cameBackPercent',
] as const;
export type NumberField = (typeof numberFields)[number];
export type Typed = Readonly<Record<NumberField, string>>;
export const nothingTyped: Typed = {
  maxRecords: '',
  recordsPerSecond: '',
  maxMinutes: '',
  canaryRecords: '',
  settleSeconds: '',
  cameBackPercent: '',
};

/** The policy's own value of each field, in the field's unit. */
export const policyNumbers = (limits: Limits): Readonly<Record<NumberField, number | null>> => ({
  maxRecords: limits.maxRecords,
  recordsPerSecond: limits.recordsPerSecond,
  maxMinutes: limits.maxDurationMs === null ? null : limits.maxDurationMs / 60_000,
  canaryRecords: limits.canaryRecords,
  settleSeconds: limits.settleMs === null ? null : limits.settleMs / 1000,
  cameBackPercent: limits.maxCameBackRatio === null ? null : limits.maxCameBackRatio * 100,
});

const whole: ReadonlySet<NumberField> = new Set(['maxRecords', 'canaryRecords']);
const mayBeZero: ReadonlySet<NumberField> = new Set(['settleSeconds', 'cameBackPercent']);

function check(field: NumberField, value: number, limit: number | null): string | null {
  if (!Number.isFinite(value)) return 'Not a number.';
  if (whole.has(field) && !Number.isInteger(value)) return 'A whole number.';
  if (value < 0 || (value === 0 && !mayBeZero.has(field))) return 'More than 0.';
  if (limit === null) return null;
  if (field === 'settleSeconds')
    return value < limit
      ? `The policy asks for at least ${formatCount(limit)}; this can only be longer.`
      : null;
  return value > limit ? `The policy allows at most ${formatCount(limit)}; this can only be less.` : null;
}

export type Terms = {
  bounds: NonNullable<DraftBody['bounds']>;
  canary: NonNullable<DraftBody['canary']>;
  errors: Partial<Record<NumberField, string>>;
};

/** What was typed as bounds and canary of a request, and what is wrong with it. */
export function termsOf(typed: Typed, limits: Limits): Terms {
  const policy = policyNumbers(limits);
  const errors: Terms['errors'] = {};
  const read = (field: NumberField): number | undefined => {
    if (typed[field].trim() === '') return undefined;
    const value = Number(typed[field].trim());
    const error = check(field, value, policy[field]);
    if (error !== null) errors[field] = error;
    return error === null ? value : undefined;
  };
  const [maxRecords, recordsPerSecond, minutes, records, seconds, percent] = numberFields.map(read);
  return {
    bounds: {
      ...(maxRecords === undefined ? {} : { maxRecords }),
      ...(recordsPerSecond === undefined ? {} : { recordsPerSecond }),
      ...(minutes === undefined ? {} : { maxDurationMs: Math.max(1000, Math.round(minutes * 60_000)) }),
    },
    canary: {
      ...(records === undefined ? {} : { records }),
      ...(seconds === undefined ? {} : { settleMs: Math.round(seconds * 1000) }),
      ...(percent === undefined ? {} : { maxCameBackRatio: percent / 100 }),
    },
    errors,
  };
}
