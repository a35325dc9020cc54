import { describe, expect, it } from 'vitest';
import { filterLimits } from './limits.ts';
import { readFilter } from './read-filter.ts';

const normal = (text: string) => {
  const { filter, problem } = readFilter(text);
  return problem ? `${problem.kind} ${problem.at}: ${problem.message}` : filter.normal;
};
const problemOf = (text: string) => readFilter(text).problem;

describe('a filter', () => {
  it.each([
    ['partition==3&&attempts>=2', 'partition == 3 && attempts >= 2'],
    ["exceptionClass.contains('Timeout')", 'exceptionClass.contains("Timeout")'],
    ['((offset < 10) || (offset > 20)) && pointer', '(offset < 10 || offset > 20) && pointer'],
    ['!(attempts > 3)', '!(attempts > 3)'],
    ['! !pointer', '!!pointer'],
    ['a == 1', null],
    ['origin.topic in ["a","b"]', 'origin.topic in ["a", "b"]'],
    ['has( headers["trace-id"] )', 'has(headers["trace-id"])'],
    ['headers["x"]=="v"', 'headers["x"] == "v"'],
    ['"v" == headers["x"]', '"v" == headers["x"]'],
    ['at > now - duration("1h30m")', 'at > now - duration("1h30m")'],
    ['at >= timestamp("2026-01-31T02:00:00+01:00")', 'at >= timestamp("2026-01-31T02:00:00+01:00")'],
    ['at - origin.at > duration("5m")', 'at - origin.at > duration("5m")'],
    ['attempts == null || attempts != null', 'attempts == null || attempts != null'],
    [
      'exceptionMessage.lowerAscii().contains("timed out")',
      'exceptionMessage.lowerAscii().contains("timed out")',
    ],
    ['key == "\\u00e9\\n\\"\\\\"', 'key == "é\\n\\"\\\\"'],
    ['pointer == false', 'pointer == false'],
    ['(attempts > 3) == pointer', '(attempts > 3) == pointer'],
    ['valueBytes in [-1, 0]', 'valueBytes in [-1, 0]'],
    ['disposition != "open"\n  && true', 'disposition != "open" && true'],
    ['has(origin.topic)', 'has(origin.topic)'],
    ['(a || b)', null],
  ])('%s is kept as %s', (text, expected) => {
    if (expected === null) expect(problemOf(text)).not.toBeNull();
    else expect(normal(text)).toBe(expected);
  });

  it('names what it looks at, for the decision who may ask', () => {
    const { filter } = readFilter(
      'has(headers["a"]) || headers["b"].lowerAscii() == key || at > now - duration("1h") && pointer',
    );
    expect([...(filter?.fields ?? [])]).toEqual(['key', 'at', 'pointer']);
    expect([...(filter?.headers ?? [])]).toEqual(['a', 'b']);
    expect(filter?.usesNow).toBe(true);
  });
});

describe('what is wrong is said with its place and what was meant', () => {
  it.each([
    // text, kind, marked piece, part of the message, suggestion
    ['originTopic == "a"', 'unknown_name', 'originTopic', 'no field', 'origin.topic'],
    ['topic == "a"', 'unknown_name', 'topic', 'no field', 'origin.topic'],
    ['keyText == "a"', 'unknown_name', 'keyText', 'no field', 'key'],
    ['exceptonClass == "a"', 'unknown_name', 'exceptonClass', 'no field', 'exceptionClass'],
    ['pointr', 'unknown_name', 'pointr', 'no field', 'pointer'],
    ['attempts == "3"', 'type', '"3"', 'number is compared with a text', '3'],
    ['key == 3', 'type', '3', 'text is compared with a number', '"3"'],
    [
      'at > "2026-01-01T00:00:00Z"',
      'type',
      '"2026-01-01T00:00:00Z"',
      'a time is expected',
      'timestamp("2026-01-01T00:00:00Z")',
    ],
    ['at > duration("1h")', 'type', 'at > duration("1h")', 'time is compared with a duration', null],
    ['attempts > 3 && partition == origin.topic', 'type', 'partition == origin.topic', 'one type', null],
    ['disposition == "opne"', 'type', '"opne"', 'disposition is one of open', '"open"'],
    ['verdict in ["poison", "bad"]', 'type', '"bad"', 'verdict is one of', null],
    ['key > "a"', 'type', 'key > "a"', '> is for numbers and times', null],
    [
      'at > timestamp("yesterday")',
      'type',
      'timestamp("yesterday")',
      'date, time and zone',
      'timestamp("2026-01-31T02:00:00Z")',
    ],
    ['at > now - duration("7d")', 'type', 'duration("7d")', 'hours, minutes', 'duration("168h")'],
    ['key', 'type', 'key', 'alone is neither yes nor no', null],
    ['headers', 'type', 'headers', 'alone is neither yes nor no', 'has(headers["name"])'],
    ['"x" in headers', 'type', 'headers', 'asked by has()', 'has(headers["x"])'],
    [
      'headers["kafka_dlt-exception-fqcn"] == "x"',
      'type',
      'headers["kafka_dlt-exception-fqcn"]',
      'field of its own',
      'exceptionClass',
    ],
    ['headers[""] == "x"', 'type', 'headers[""]', '1 to 256 bytes', null],
    ['headers["a"] == headers["b"]', 'type', 'headers["a"] == headers["b"]', 'Two headers', null],
    ['attempts > null', 'type', 'attempts > null', 'null has no order', null],
    ['attempts in []', 'type', '[]', 'list is empty', null],
    ['attempts in 3', 'type', '3', 'list is expected', '["a", "b"]'],
    ['key.matches("a+")', 'unknown_name', 'matches', 'no function matches', null],
    ['key.contain("a")', 'unknown_name', 'contain', 'no function contain', 'contains'],
    ['attempts.contains("a")', 'type', 'attempts', 'looks into texts', null],
    ['key.contains(3)', 'type', '3', 'takes a text', null],
    ['key.contains("a", "b")', 'type', 'contains', 'takes one value', null],
    ['size(key) > 3', 'unknown_name', 'size', 'no function size', null],
    ['attempts + 1 > 3', 'type', 'attempts + 1', '+ is for times', null],
    ['attempts = 3', 'syntax', '=', 'no meaning', '=='],
    ['attempts > 3 and pointer', 'syntax', 'and', 'goes on', '&&'],
    ['key like "a"', 'syntax', 'like', 'goes on', '.contains("…")'],
    ['1 < attempts < 3', 'syntax', '<', 'chained', null],
    ['key == "abc', 'syntax', '"abc', 'does not end', null],
    ['key == "a\\q"', 'syntax', '\\q', 'no escape', null],
    ['key == "\\u0000"', 'syntax', '"\\u0000"', 'NUL', null],
    ['key == "\\ud800"', 'syntax', '"\\ud800"', 'surrogate', null],
    ['attempts > 1.5', 'syntax', '1.', 'Numbers are whole', null],
    ['attempts > 3h', 'syntax', '3h', 'Numbers are whole', null],
    ['offset > 9223372036854775808', 'syntax', '9223372036854775808', '64 bits', null],
    ['(attempts > 3', 'syntax', '', ') is expected', null],
    ['attempts >', 'syntax', '', 'ends where', null],
    ['', 'syntax', '', 'ends where', null],
    ['attempts > 3)', 'syntax', ')', 'goes on', null],
    ['key == “a”', 'syntax', '“', 'no meaning', null],
    ['😀', 'syntax', '😀', 'no meaning', null],
    ['__proto__ == "a"', 'unknown_name', '__proto__', 'no field', null],
    ['constructor', 'unknown_name', 'constructor', 'no field', null],
  ])('%s', (text, kind, piece, message, suggestion) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ kind, suggestion });
    expect(problem?.message).toContain(message);
    expect(text.slice(problem?.at, problem?.end)).toBe(piece);
  });

  it('counts lines and columns from 1', () => {
    expect(problemOf('pointer\n  && atempts > 3')).toMatchObject({ line: 2, column: 6, at: 13, end: 20 });
  });
});

describe('hostile input is refused at once', () => {
  it.each([
    ['1 MB of text', 'a'.repeat(1_000_000), 'too_long'],
    ['1 MB of parentheses', '('.repeat(1_000_000), 'too_long'],
    ['deep parentheses', `${'('.repeat(900)}pointer${')'.repeat(900)}`, 'too_deep'],
    ['deep brackets', `key in ${'['.repeat(900)}`, 'too_deep'],
    ['many negations', `${'!'.repeat(1900)}pointer`, 'too_deep'],
    ['nested functions', 'has('.repeat(400), 'too_deep'],
    ['many comparisons', Array.from({ length: 150 }, () => 'offset==1').join('||'), 'too_many_parts'],
    ['many minus signs', `at > now${'-now'.repeat(450)}`, 'too_many_parts'],
    ['long lists', `offset in [${Array.from({ length: 101 }, (_, n) => n).join(',')}]`, 'type'],
    [
      'many headers',
      Array.from({ length: 40 }, (_, n) => `headers["h${n}"].contains("a")`).join('&&'),
      'too_costly',
    ],
    ['a NUL', 'key == "a\u0000b"', 'syntax'],
    ['a lone surrogate', '\ud800', 'syntax'],
    ['what grows past the limit when written out', `key == '${'"'.repeat(1900)}'`, 'too_long'],
    ['a long word', `${'x'.repeat(1990)} == 1`, 'unknown_name'],
  ])('%s', (_what, text, kind) => {
    const started = performance.now();
    expect(problemOf(text)?.kind).toBe(kind);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('while the limits leave room for what people write', () => {
    const offsets = Array.from({ length: filterLimits.listItems }, (_, n) => 1_000_000 + n).join(',');
    expect(problemOf(`partition == 3 && offset in [${offsets}]`)).toBeNull();
    expect(
      problemOf(Array.from({ length: 15 }, (_, n) => `exceptionMessage.contains("word ${n}")`).join(' || ')),
    ).toBeNull();
  });
});
