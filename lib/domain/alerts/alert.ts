import type { AlertKind, Timing } from './kind.ts';

/** Something that is so now, with an identity: the same trouble has the same key for as long as it lasts. */
export type Condition = {
  /** `<kind>:<what it is about>`. */
  key: string;
  kind: AlertKind;
  severity: 'act' | 'warn' | 'info';
  /** Payload-free, as the attention list words it. */
  title: string;
  detail: string;
  cluster: string;
  /** null: it belongs to no declared flow. */
  flow: string | null;
  /** `cluster`: everyone who may read the cluster may know; `flow`: only who may read the flow. */
  scope: 'cluster' | 'flow';
  /** Path in the console where it is dealt with. */
  href: string;
  owner: string | null;
  runbook: string | null;
};

export type AlertPhase = 'pending' | 'firing' | 'recovered';

/** One episode of a condition, from when it was first seen. */
export type Alert = Condition & {
  phase: AlertPhase;
  /** When it was first seen; with the key the identity of the episode. */
  since: Date;
  firedAt: Date | null;
  notifiedAt: Date | null;
  /** Since when it has not been seen while firing; null while it is there, or can't be told. */
  absentSince: Date | null;
  recoveredAt: Date | null;
};

/** What a look at the condition gave. `unknown`: it could not be told, which is neither there nor gone. */
export type Sighting = { seen: 'present'; condition: Condition } | { seen: 'absent' } | { seen: 'unknown' };
export type AlertEvent = 'firing' | 'reminder' | 'recovered';
/** `alert: null` is none any more. */
type Step = { alert: Alert | null; notify: AlertEvent | null };

/** How long a recovered alert is still listed. */
export const recoveredKeptMs = 24 * 3_600_000;

const elapsed = (since: Date, now: Date, ms: number) => now.getTime() - since.getTime() >= ms;

/** One turn of the state machine for one key: pending, firing, recovered, and what has to be told. Pure: the same input gives the same step. */
export function stepAlert(alert: Alert | null, sighting: Sighting, now: Date, timing: Timing): Step {
  if (alert?.phase === 'firing') return whileFiring(alert, sighting, now, timing);
  if (sighting.seen === 'present')
    return alert?.phase === 'pending'
      ? whilePending({ ...alert, ...sighting.condition }, now, timing)
      : whilePending(begun(sighting.condition, now), now, timing);
  if (alert === null || sighting.seen === 'unknown') return { alert, notify: null };
  // What was pending flapped inside the hold time: nobody was told, so nothing is left of it.
  if (alert.phase === 'pending') return { alert: null, notify: null };
  const old = alert.recoveredAt === null || elapsed(alert.recoveredAt, now, recoveredKeptMs);
  return { alert: old ? null : alert, notify: null };
}

const begun = (condition: Condition, now: Date): Alert => ({
  ...condition,
  phase: 'pending',
  since: now,
  firedAt: null,
  notifiedAt: null,
  absentSince: null,
  recoveredAt: null,
});

const whilePending = (alert: Alert, now: Date, timing: Timing): Step =>
  elapsed(alert.since, now, timing.holdMs)
    ? { alert: { ...alert, phase: 'firing', firedAt: now, notifiedAt: now }, notify: 'firing' }
    : { alert, notify: null };

function whileFiring(alert: Alert, sighting: Sighting, now: Date, timing: Timing): Step {
  if (sighting.seen === 'unknown') return { alert: { ...alert, absentSince: null }, notify: null };
  if (sighting.seen === 'present') {
    const again = { ...alert, ...sighting.condition, absentSince: null };
    const due = timing.repeatMs !== null && elapsed(alert.notifiedAt ?? alert.since, now, timing.repeatMs);
    return due
      ? { alert: { ...again, notifiedAt: now }, notify: 'reminder' }
      : { alert: again, notify: null };
  }
  const absentSince = alert.absentSince ?? now;
  return elapsed(absentSince, now, timing.quietMs)
    ? { alert: { ...alert, phase: 'recovered', absentSince, recoveredAt: now }, notify: 'recovered' }
    : { alert: { ...alert, absentSince }, notify: null };
}
