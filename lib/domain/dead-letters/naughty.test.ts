import { describe, expect, it } from 'vitest';
import { analyse, plainSteps } from './analyse.ts';
import { conventionSpecs } from './convention-spec.ts';
import { csvRow } from './csv.ts';
import { filterLimits } from './filter/limits.ts';
import { quoted } from './filter/quoted.ts';
import { readFilter } from './filter/read-filter.ts';
import { noMasks, parseMasks } from './masks.ts';
import { viewRecord } from './record-view.ts';
import { searchableHeaders } from './searchable-headers.ts';
import { naughtyByKind, naughtyStrings } from './testing/naughty-strings.ts';
import { type HeaderInput, record } from './testing/records.ts';

const kinds = Object.entries(naughtyByKind);
/** Enough for any one of them, on a slow machine; a regular expression that tries every way would take years. */
const eachWithinMs = 3000;
const everywhere = (text: string): HeaderInput[] => [
  [text, text],
  ['text', text],
  ...conventionSpecs.flatMap(({ fields }) => fields.map(({ name }): HeaderInput => [name, text])),
];

describe.each(kinds)('%s', (_kind, texts) => {
  it('as key, value, header name and every header that a convention reads: the fast way says what the rules say', () => {
    for (const text of texts) {
      const started = performance.now();
      const bytes = Buffer.from(text);
      for (const headers of [everywhere(text), [...everywhere(text)].reverse()]) {
        const dead = record(headers, { key: bytes, value: bytes });
        const analysed = analyse(dead, 'dlq');
        expect(analysed, text.slice(0, 40)).toEqual(analyse(dead, 'dlq', {}, plainSteps));
        expect(analysed.fingerprint).toMatch(/^[0-9a-f]{32}$/);
        expect(analysed.origin.offset === null || analysed.origin.offset >= 0n).toBe(true);
      }
      expect(performance.now() - started, text.slice(0, 40)).toBeLessThan(eachWithinMs);
    }
  });

  it('is shown as it is', () => {
    for (const text of texts) {
      const bytes = Buffer.from(text);
      const view = viewRecord(record(everywhere(text), { key: bytes, value: bytes }), {
        masks: noMasks,
        mapping: null,
        withPayload: true,
      });
      const shown = view.headers.find((header) => header.name === 'text');
      expect(
        Buffer.from(shown?.base64 ?? '', 'base64').equals(bytes.subarray(0, 65_536)) || shown?.truncated,
      ).toBe(true);
      expect(JSON.parse(JSON.stringify(view.exceptionMessage))).toBe(view.exceptionMessage);
    }
  });

  it('is masked when it should be', () => {
    const masks = parseMasks(['header:text']);
    for (const text of texts) {
      const kept = searchableHeaders(record([['text', text]]).headers, {
        masks,
        mapping: null,
        literals: [],
      });
      expect(kept).toEqual({ text: [null] });
    }
  });

  it('written as a filter has it, is read as it was, or refused by name', () => {
    for (const text of texts) {
      const written = quoted(text);
      const { filter, problem } = readFilter(`key == ${written}`);
      const unstorable = text.includes('\u0000') || !text.isWellFormed();
      if (written.length + 'key == '.length > filterLimits.length || unstorable)
        expect(problem?.message, text.slice(0, 40)).toBeTypeOf('string');
      else
        expect(filter?.condition, text.slice(0, 40)).toMatchObject({
          kind: 'compare',
          right: { kind: 'text', value: text },
        });
      if (filter) expect(readFilter(filter.normal).filter?.condition).toEqual(filter.condition);
    }
  });

  it('is no filter that hangs or throws, and no formula in an export', () => {
    for (const text of texts) {
      const started = performance.now();
      expect(readFilter(text)).toHaveProperty('problem');
      expect(csvRow([text])).not.toMatch(/^"?[=+\-@\t\r]/);
      expect(performance.now() - started, text.slice(0, 40)).toBeLessThan(eachWithinMs);
    }
  });
});

it('there are enough of them', () => {
  expect(naughtyStrings.length).toBeGreaterThan(250);
});
