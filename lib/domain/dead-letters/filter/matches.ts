import type { SearchableHeaders } from '../searchable-headers.ts';
import { earliestMs, latestMs } from './duration.ts';
import type { FieldName, TextMethod } from './fields.ts';
import type { Comparison } from './tree.ts';
import type { Condition, Term } from './typed.ts';

/** Numbers are bigint, times milliseconds since the epoch. */
export type Value = string | bigint | number | boolean;
/** A dead letter as a filter sees it. */
export type FilterRow = Readonly<Record<FieldName, Value | null>> & {
  /** null for a row whose headers were never indexed. */
  readonly headers: SearchableHeaders | null;
};

/** A time that does not depend on the row, in milliseconds, kept within the years 1 to 9999; null for one that does. */
export function constantTimeMs(term: Term, now: Date): number | null {
  const kept = (ms: number) => Math.min(Math.max(ms, earliestMs), latestMs);
  if (term.kind === 'time') return term.ms;
  if (term.kind === 'now') return now.getTime();
  if (term.kind !== 'shift') return null;
  const time = constantTimeMs(term.time, now);
  const by = constantDurationMs(term.by, now);
  return time === null || by === null ? null : kept(time + term.sign * by);
}

/** The same for a time span. */
export function constantDurationMs(term: Term, now: Date): number | null {
  if (term.kind === 'duration') return term.ms;
  if (term.kind !== 'between') return null;
  const later = constantTimeMs(term.later, now);
  const earlier = constantTimeMs(term.earlier, now);
  return later === null || earlier === null ? null : later - earlier;
}

const lowerAscii = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The values of a term: none when it is unknown, several only for a header. */
function valuesOf(term: Term, row: FilterRow, now: Date): Value[] {
  const constant = constantTimeMs(term, now) ?? constantDurationMs(term, now);
  if (constant !== null) return [constant];
  switch (term.kind) {
    case 'field': {
      const value = row[term.field];
      return value === null ? [] : [value];
    }
    case 'header': {
      const { headers } = row;
      if (headers === null || !Object.hasOwn(headers, term.name)) return [];
      return (headers[term.name] ?? []).filter((value) => value !== null);
    }
    case 'text':
    case 'number':
      return [term.value];
    case 'lower':
      return valuesOf(term.of, row, now).map((value) =>
        typeof value === 'string' ? lowerAscii(value) : value,
      );
    case 'shift': {
      const [time] = valuesOf(term.time, row, now);
      const [by] = valuesOf(term.by, row, now);
      return typeof time === 'number' && typeof by === 'number' ? [time + term.sign * by] : [];
    }
    case 'between': {
      const [later] = valuesOf(term.later, row, now);
      const [earlier] = valuesOf(term.earlier, row, now);
      return typeof later === 'number' && typeof earlier === 'number' ? [later - earlier] : [];
    }
    default:
      return [];
  }
}

const compared: Readonly<Record<Comparison, (left: Value, right: Value) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};
const matched: Readonly<Record<TextMethod, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
};

const not = (truth: boolean | null) => (truth === null ? null : !truth);
/** Of several values any may do; of none nothing is known. */
const any = (values: readonly Value[], test: (value: Value) => boolean) =>
  values.length === 0 ? null : values.some(test);

function present(header: string, { headers }: FilterRow): boolean | null {
  if (headers === null) return null;
  if (Object.hasOwn(headers, header)) return true;
  return Object.hasOwn(headers, '') ? null : false;
}

/** True, false, or null for unknown: see `Condition`. */
function truthOf(condition: Condition, row: FilterRow, now: Date): boolean | null {
  switch (condition.kind) {
    case 'constant':
      return condition.value;
    case 'flag': {
      const value = row[condition.field];
      return typeof value === 'boolean' ? value : null;
    }
    case 'not':
      return not(truthOf(condition.of, row, now));
    case 'and':
    case 'or': {
      const truths = condition.of.map((part) => truthOf(part, row, now));
      const deciding = condition.kind === 'or';
      if (truths.includes(deciding)) return deciding;
      return truths.includes(null) ? null : !deciding;
    }
    case 'same': {
      const left = truthOf(condition.left, row, now);
      const right = truthOf(condition.right, row, now);
      return left === null || right === null ? null : left === right;
    }
    case 'compare': {
      const [right] = valuesOf(condition.right, row, now);
      const values = valuesOf(condition.left, row, now);
      if (right === undefined) return null;
      if (condition.op === '!=') return not(any(values, (left) => left === right));
      return any(values, (left) => compared[condition.op](left, right));
    }
    case 'among': {
      const list = condition.list.flatMap((term) => valuesOf(term, row, now));
      return any(valuesOf(condition.of, row, now), (value) => list.includes(value));
    }
    case 'match':
      return any(
        valuesOf(condition.of, row, now),
        (value) => typeof value === 'string' && matched[condition.method](value, condition.text),
      );
    case 'known':
      return valuesOf(condition.of, row, now).length > 0;
    case 'present':
      return present(condition.header, row);
  }
}

/** Whether the filter selects the row: its condition is true, not false and not unknown. The SQL made of it says the same. */
export const matches = (condition: Condition, row: FilterRow, now: Date): boolean =>
  truthOf(condition, row, now) === true;
