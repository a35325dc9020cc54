import { isMaskedPath, type Masks, maskText, redact } from '../dead-letters/masks.ts';
import type { SchemaFormat } from './decoded.ts';
import { pointerOf } from './problem.ts';
import type { SchemaValue } from './value.ts';

export const contractStates = ['fits', 'violates', 'unknown'] as const;

/** A flow's contract as the configuration declares it; of a file its text, or why it can't be read. */
export type DeclaredContract =
  | { kind: 'none'; why: string }
  | { kind: 'subject'; subject: string; version: number | null }
  | { kind: 'file'; file: string; text: string }
  | { kind: 'unreadable'; file: string; why: string };

/** What a flow declares that its records satisfy, as it stands today. What was not found out is null. */
export type ContractOf = {
  format: SchemaFormat | null;
  subject: string | null;
  version: number | null;
  schemaId: number | null;
  /** Of the registry, for the subject. */
  compatibility: string | null;
  /** The name of a declared file. */
  file: string | null;
};
export type Verdict =
  | { state: 'fits'; note: string | null }
  | { state: 'violates'; path: readonly (string | number)[]; expected: string; found: string }
  | { state: 'unknown'; why: string };

/** Whether a record satisfies its flow's contract today, as it may be shown. */
export type ContractView = {
  state: (typeof contractStates)[number];
  contract: ContractOf | null;
  /** JSON pointer to the first place that breaks it, empty for the value itself; null unless it violates. */
  path: string | null;
  expected: string | null;
  found: string | null;
  /** Why it is not known; a remark on one that fits. */
  why: string | null;
};

/** Of one record, held against the contract; what of it may be shown. */
export type CheckedContract =
  | { state: 'fits' }
  | { state: 'violates'; path: string | null; expected: string | null; found: string | null }
  /** A contract says nothing of a record without a value. */
  | { state: 'no_value' }
  | { state: 'unknown'; why: string };

const childOf = (value: SchemaValue | null, step: string | number): SchemaValue | null => {
  if (value?.kind === 'array') return value.items[Number(step)] ?? null;
  if (value?.kind === 'object')
    return value.entries.find((entry) => entry.names.includes(String(step)))?.value ?? null;
  return null;
};
const isHidden = (value: SchemaValue | null) => value?.kind === 'string' && value.text === maskText;

/**
 * How much of a path may be shown: as far as what is masked, since the names below it are part of the payload too.
 * @param shown the decoded value as masked; null for JSON, whose path is compared with the masks themselves
 */
function shownPath(
  path: readonly (string | number)[],
  masks: Masks,
  shown: SchemaValue | null,
): { path: readonly (string | number)[]; hidden: boolean } {
  let value = shown;
  if (isHidden(value)) return { path: [], hidden: true };
  for (const [index, step] of path.entries()) {
    const upTo = path.slice(0, index + 1);
    value = childOf(value, step);
    if (isHidden(value) || isMaskedPath(upTo.map(String), masks)) return { path: upTo, hidden: true };
  }
  return { path, hidden: false };
}

/**
 * A verdict as it may leave: nothing of what is masked stands in its path or its words.
 * @param shown the value as masked: decoded, `json` when it is JSON as it stands, null when it could not be decoded
 */
export function viewContract(
  verdict: Verdict,
  contract: ContractOf | null,
  {
    masks,
    literals,
    shown,
  }: { masks: Masks; literals: readonly string[]; shown: SchemaValue | 'json' | null },
): ContractView {
  const base = { state: verdict.state, contract, path: null, expected: null, found: null, why: null };
  if (verdict.state === 'fits') return { ...base, why: verdict.note };
  if (verdict.state === 'unknown') return { ...base, why: redact(verdict.why, literals) };
  // In bytes that could not be decoded nobody knows which of them the masks mean.
  const blind = shown === null && masks.pointers.length > 0;
  const seen = blind
    ? { path: [], hidden: true }
    : shownPath(verdict.path, masks, shown === 'json' ? null : shown);
  return {
    ...base,
    path: redact(pointerOf(seen.path), literals),
    expected: redact(verdict.expected, literals),
    found: seen.hidden ? 'something else, in what is masked' : redact(verdict.found, literals),
  };
}
