import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  arbitraryFilter,
  someHeaders,
  someNumbers,
  someTexts,
  someTimes,
} from '#fixtures/arbitrary-filter.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import { type FieldName, fieldNames, fieldSpec } from '#lib/domain/dead-letters/filter/fields.ts';
import { type FilterRow, matches, type Value } from '#lib/domain/dead-letters/filter/matches.ts';
import { readFilter } from '#lib/domain/dead-letters/filter/read-filter.ts';
import type { SearchableHeaders } from '#lib/domain/dead-letters/searchable-headers.ts';
import type { DeadLetterEntry } from './dead-letter-index.ts';

const place = { clusterId: 'c', topicId: 't' };
const now = new Date('2026-01-02T00:00:00.001Z');
const rowCount = 60;

const pick = <T>(values: readonly T[], nullable = true) =>
  nullable ? fc.option(fc.constantFrom(...values), { nil: null }) : fc.constantFrom(...values);
const fieldArbitrary = (name: FieldName): fc.Arbitrary<Value | null> => {
  const { type, nullable, values } = fieldSpec(name);
  if (values) return pick(values, nullable);
  if (type === 'text') return pick(someTexts, nullable);
  if (type === 'number')
    return pick(
      someNumbers.map((each) => BigInt(each)),
      nullable,
    );
  if (type === 'time')
    return pick(
      someTimes.map((each) => Date.parse(each)),
      nullable,
    );
  return fc.boolean();
};
const headersArbitrary: fc.Arbitrary<SearchableHeaders | null> = fc.option(
  fc
    .array(fc.tuple(fc.constantFrom(...someHeaders, ''), fc.array(pick(someTexts), { maxLength: 3 })), {
      maxLength: 4,
    })
    .map((entries) => Object.fromEntries(entries.map(([name, values]) => [name, name === '' ? [] : values]))),
  { nil: null },
);

/** The place is the row's number, so that rows differ; everything else is drawn. */
const rows: FilterRow[] = fc
  .sample(
    fc.record({
      fields: fc.tuple(...fieldNames.map(fieldArbitrary)),
      headers: headersArbitrary,
    }),
    { numRuns: rowCount, seed: 5 },
  )
  .map(({ fields, headers }, index) => ({
    ...(Object.fromEntries(fieldNames.map((name, at) => [name, fields[at] ?? null])) as Record<
      FieldName,
      Value | null
    >),
    partition: BigInt(index % 4),
    offset: BigInt(Math.floor(index / 4)),
    headers,
  }));

const instant = (value: Value | null) => (typeof value === 'number' ? new Date(value) : null);
const whole = (value: Value | null) => (typeof value === 'bigint' ? Number(value) : null);
const entryOf = (row: FilterRow): DeadLetterEntry =>
  ({
    partition: Number(row.partition),
    offset: row.offset,
    at: instant(row.at),
    keyText: row.key,
    keyHash: null,
    valueBytes: whole(row.valueBytes),
    contentHash: 'h',
    convention: row.convention,
    origin: {
      topic: row['origin.topic'],
      partition: whole(row['origin.partition']),
      offset: row['origin.offset'],
      at: instant(row['origin.at']),
      group: row['origin.group'],
    },
    originProvenance: '',
    hop: { topic: null, partition: null, offset: null },
    exceptionClass: row.exceptionClass,
    exceptionMessage: row.exceptionMessage,
    messagePattern: null,
    topFrame: row.topFrame,
    attempts: whole(row.attempts),
    fingerprint: row.fingerprint,
    verdict: row.verdict,
    lineageRoot: row.lineageRoot,
    pointer: row.pointer,
    headers: row.headers,
  }) as DeadLetterEntry;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const { deadLetterIndex, dispositions } = test.database.stores;
  await deadLetterIndex.insert(place, rows.map(entryOf));
  for (const [disposition, decided] of Map.groupBy(rows, (row) => row.disposition as Disposition))
    if (disposition !== 'open')
      await dispositions.set(
        place.clusterId,
        decided.map((row) => ({
          topicId: place.topicId,
          partition: Number(row.partition),
          offset: BigInt(row.offset ?? 0),
        })),
        { disposition, replayId: null, reason: null, by: 'test', at: now },
      );
});
afterAll(() => test.drop());

const coordinates = (found: readonly { partition: unknown; offset: unknown }[]) =>
  found.map((row) => `${row.partition}:${row.offset}`).sort();

async function selectedBySql(text: string): Promise<string[]> {
  const { filter, problem } = readFilter(text);
  if (problem) throw new Error(`${text}: ${problem.message}`);
  const found = await test.database.stores.deadLetters.listRecords(
    place,
    { matching: { condition: filter.condition, now }, searchKeys: false, searchMessages: false },
    { limit: rowCount, after: null },
  );
  return coordinates(found);
}
function selectedByEvaluator(text: string): string[] {
  const { filter } = readFilter(text);
  return coordinates(rows.filter((row) => filter !== null && matches(filter.condition, row, now)));
}

it('Postgres selects what the evaluator selects, for every form of the language', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryFilter, async (text) => {
      expect(await selectedBySql(text)).toEqual(selectedByEvaluator(text));
    }),
    { numRuns: 150 },
  );
});

it.each([
  ['attempts > 1 || !(attempts > 1)', (row: FilterRow) => row.attempts !== null],
  ['attempts == null', (row: FilterRow) => row.attempts === null],
  ['attempts != 3', (row: FilterRow) => row.attempts !== null && row.attempts !== 3n],
  ['key.contains("%")', (row: FilterRow) => typeof row.key === 'string' && row.key.includes('%')],
  ['key.startsWith("a_")', (row: FilterRow) => row.key === 'a_b'],
  ['key.endsWith("\\\\b")', (row: FilterRow) => row.key === 'a\\b'],
  ['disposition == "open"', (row: FilterRow) => row.disposition === 'open'],
  [
    'has(headers["__proto__"])',
    (row: FilterRow) => row.headers !== null && Object.hasOwn(row.headers, '__proto__'),
  ],
  [
    'headers["it\\"s"] in ["a", "A"]',
    (row: FilterRow) => (row.headers?.['it"s'] ?? []).some((value) => value === 'a' || value === 'A'),
  ],
  ['origin.at >= now - duration("1ms")', (row: FilterRow) => Number(row['origin.at']) >= now.getTime() - 1],
] as const)('%s', async (text, expected) => {
  const wanted = coordinates(rows.filter(expected));
  expect(wanted.length).toBeGreaterThan(0);
  expect(await selectedBySql(text)).toEqual(wanted);
});
