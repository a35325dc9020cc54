import { Prisma } from '#generated/prisma/client.ts';
import { headerOf } from '#lib/domain/dead-letters/filter/check-comparison.ts';
import type { FieldName } from '#lib/domain/dead-letters/filter/fields.ts';
import { constantDurationMs, constantTimeMs } from '#lib/domain/dead-letters/filter/matches.ts';
import type { Comparison } from '#lib/domain/dead-letters/filter/tree.ts';
import type { Condition, Term } from '#lib/domain/dead-letters/filter/typed.ts';
import { likeLiteral } from './like-literal.ts';

/** A checked filter and the moment that its `now` means. */
export type FilterAt = { condition: Condition; now: Date };

/** Of `d` and its disposition `x`. */
export const filterColumns: Readonly<Record<FieldName, Prisma.Sql>> = {
  partition: Prisma.sql`d.partition`,
  offset: Prisma.sql`d."offset"`,
  at: Prisma.sql`d.at`,
  key: Prisma.sql`d.key_text`,
  valueBytes: Prisma.sql`d.value_bytes`,
  convention: Prisma.sql`d.convention`,
  'origin.topic': Prisma.sql`d.origin_topic`,
  'origin.partition': Prisma.sql`d.origin_partition`,
  'origin.offset': Prisma.sql`d.origin_offset`,
  'origin.at': Prisma.sql`d.origin_at`,
  'origin.group': Prisma.sql`d.origin_group`,
  exceptionClass: Prisma.sql`d.exception_class`,
  exceptionMessage: Prisma.sql`d.exception_message`,
  topFrame: Prisma.sql`d.top_frame`,
  attempts: Prisma.sql`d.attempts`,
  fingerprint: Prisma.sql`d.fingerprint`,
  verdict: Prisma.sql`d.verdict`,
  disposition: Prisma.sql`coalesce(x.disposition, 'open')`,
  pointer: Prisma.sql`d.pointer`,
  lineageRoot: Prisma.sql`d.lineage_root`,
};
const operators: Readonly<Record<Comparison, Prisma.Sql>> = {
  '==': Prisma.sql`=`,
  '!=': Prisma.sql`<>`,
  '<': Prisma.sql`<`,
  '<=': Prisma.sql`<=`,
  '>': Prisma.sql`>`,
  '>=': Prisma.sql`>=`,
};

/** The text values of a header, as `h.v`: no row when it is missing, or has none. */
const headerValues = (name: string) =>
  Prisma.sql`FROM jsonb_array_elements_text(d.headers -> ${name}::text) AS h(v) WHERE h.v IS NOT NULL`;

const instant = (ms: number) => Prisma.sql`${new Date(ms).toISOString()}::timestamptz`;

/** Texts and numbers as they are, times as timestamptz, time spans as a number of milliseconds. */
function termSql(term: Term, now: Date): Prisma.Sql {
  const timeMs = constantTimeMs(term, now);
  if (timeMs !== null) return instant(timeMs);
  const durationMs = constantDurationMs(term, now);
  if (durationMs !== null) return Prisma.sql`${String(durationMs)}::numeric`;
  switch (term.kind) {
    case 'field':
      return filterColumns[term.field];
    case 'header':
      return Prisma.sql`h.v`;
    case 'text':
      return Prisma.sql`${term.value}::text`;
    case 'number':
      return Prisma.sql`${term.value}::bigint`;
    case 'lower':
      return Prisma.sql`translate(${termSql(term.of, now)}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`;
    case 'shift': {
      // Milliseconds, not days: a day's length would depend on the session's time zone.
      const by = Prisma.sql`(${termSql(term.by, now)}::double precision * interval '1 millisecond')`;
      return term.sign === 1
        ? Prisma.sql`(${termSql(term.time, now)} + ${by})`
        : Prisma.sql`(${termSql(term.time, now)} - ${by})`;
    }
    case 'between':
      return Prisma.sql`(extract(epoch FROM (${termSql(term.later, now)} - ${termSql(term.earlier, now)})) * 1000)`;
    default:
      throw new Error(`A ${term.kind} always has a value: it can't come here.`);
  }
}

/** The test of a term; of a header, whether any of its values passes. */
function tested(term: Term, test: Prisma.Sql): Prisma.Sql {
  const header = headerOf(term);
  return header === null
    ? Prisma.sql`(${test})`
    : Prisma.sql`(SELECT bool_or(${test}) ${headerValues(header)})`;
}

function comparisonSql({ op, left, right }: Condition & { kind: 'compare' }, now: Date): Prisma.Sql {
  const sides = [termSql(left, now), termSql(right, now)] as const;
  if (op === '!=' && headerOf(left) !== null)
    return Prisma.sql`(NOT ${tested(left, Prisma.sql`${sides[0]} = ${sides[1]}`)})`;
  return tested(left, Prisma.sql`${sides[0]} ${operators[op]} ${sides[1]}`);
}

/** The written-out values of a list, which are all of one type, as one array. */
function listSql(list: readonly Term[]): Prisma.Sql {
  const of = <Kind extends Term['kind']>(kind: Kind) =>
    list.filter((term): term is Term & { kind: Kind } => term.kind === kind);
  switch (list[0]?.kind) {
    case 'number':
      return Prisma.sql`${of('number').map((term) => term.value)}::bigint[]`;
    case 'time':
      return Prisma.sql`${of('time').map((term) => new Date(term.ms).toISOString())}::timestamptz[]`;
    case 'duration':
      return Prisma.sql`${of('duration').map((term) => String(term.ms))}::numeric[]`;
    default:
      return Prisma.sql`${of('text').map((term) => term.value)}::text[]`;
  }
}

function matchSql({ method, of, text }: Condition & { kind: 'match' }, now: Date): Prisma.Sql {
  const literal = likeLiteral(text);
  const pattern = { contains: `%${literal}%`, startsWith: `${literal}%`, endsWith: `%${literal}` }[method];
  return tested(of, Prisma.sql`${termSql(of, now)} LIKE ${pattern}::text`);
}

function knownSql(of: Term, now: Date): Prisma.Sql {
  const header = headerOf(of);
  return header === null
    ? Prisma.sql`(${termSql(of, now)} IS NOT NULL)`
    : Prisma.sql`EXISTS (SELECT 1 ${headerValues(header)})`;
}

/**
 * A filter's condition over `d` (the dead letter) and `x` (its disposition): boolean or NULL, exactly where `matches` is true, false or
 * unknown. Everything that a person wrote is a parameter.
 */
export function filterSql({ condition, now }: FilterAt): Prisma.Sql {
  const sql = (part: Condition) => filterSql({ condition: part, now });
  switch (condition.kind) {
    case 'constant':
      return condition.value ? Prisma.sql`TRUE` : Prisma.sql`FALSE`;
    case 'flag':
      return filterColumns[condition.field];
    case 'not':
      return Prisma.sql`(NOT ${sql(condition.of)})`;
    case 'and':
      return Prisma.sql`(${Prisma.join(condition.of.map(sql), ' AND ')})`;
    case 'or':
      return Prisma.sql`(${Prisma.join(condition.of.map(sql), ' OR ')})`;
    case 'same':
      return Prisma.sql`(${sql(condition.left)} = ${sql(condition.right)})`;
    case 'compare':
      return comparisonSql(condition, now);
    case 'among':
      return tested(
        condition.of,
        Prisma.sql`${termSql(condition.of, now)} = ANY(${listSql(condition.list)})`,
      );
    case 'match':
      return matchSql(condition, now);
    case 'known':
      return knownSql(condition.of, now);
    case 'present':
      return Prisma.sql`(CASE WHEN d.headers IS NULL THEN NULL WHEN d.headers -> ${condition.header}::text IS NOT NULL THEN TRUE
        WHEN d.headers -> '' IS NOT NULL THEN NULL ELSE FALSE END)`;
  }
}
