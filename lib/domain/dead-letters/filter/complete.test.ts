import { describe, expect, it } from 'vitest';
import { completionsAt } from './complete.ts';

/** The caret stands at |. */
const at = (marked: string) => {
  const caret = marked.indexOf('|');
  return completionsAt(marked.replace('|', ''), caret);
};
const texts = (marked: string) => at(marked).items.map((item) => item.text);
/** The text after the first completion that is called so was taken. */
const taken = (marked: string, text: string) => {
  const whole = marked.replace('|', '');
  const { from, to, items } = at(marked);
  const item = items.find((each) => each.text === text);
  return item ? whole.slice(0, from) + item.text + whole.slice(to) : null;
};

describe('what can come next', () => {
  it.each([
    ['|', 'exceptionClass', 'exceptionClass'],
    ['exc|', 'exceptionMessage', 'exceptionMessage'],
    ['topic|', 'origin.topic', 'origin.topic'],
    ['attempts > 3 && or|', 'origin.group', 'attempts > 3 && origin.group'],
    ['!(|', 'headers["', '!(headers["'],
    ['attempts |', '>=', 'attempts >='],
    ['attempts|', ' >=', 'attempts >='],
    ['exceptionClass |', 'in [', 'exceptionClass in ['],
    ['exceptionClass|', '.contains("', 'exceptionClass.contains("'],
    ['exceptionClass.st|', 'startsWith("', 'exceptionClass.startsWith("'],
    ['headers["a"].con|', 'contains("', 'headers["a"].contains("'],
    ['headers["a"] |', '==', 'headers["a"] =='],
    ['disposition == |', '"open"', 'disposition == "open"'],
    ['disposition == "rep|', '"replayed"', 'disposition == "replayed"'],
    ['disposition == "o|" && pointer', '"open"', 'disposition == "open" && pointer'],
    ['verdict in ["poison", |', '"transient"', 'verdict in ["poison", "transient"'],
    ['at > |', 'now - duration("1h")', 'at > now - duration("1h")'],
    ['at > now - duration("|', '"24h"', 'at > now - duration("24h"'],
    ['origin.at == |', 'null', 'origin.at == null'],
    ['attempts > 3 |', '&&', 'attempts > 3 &&'],
    ['partition == attempts |', '||', 'partition == attempts ||'],
    ['key == "a" |', '&&', 'key == "a" &&'],
    ['has(headers["a"]) |', '||', 'has(headers["a"]) ||'],
    ['pointer |', '&&', 'pointer &&'],
  ])('%s: %s', (marked, text, expected) => {
    expect(taken(marked, text)).toBe(expected);
  });

  it('only what fits is offered', () => {
    expect(texts('attempts |')).not.toContain('.contains("');
    expect(texts('exceptionClass |')).not.toContain('<');
    expect(texts('attempts.|')).toEqual([]);
    expect(texts('"a|')).toEqual([]);
    expect(texts('attempts > |')).toEqual(['null']);
  });

  it.each([
    ['exceptionClass == "com|', 'exceptionClass', 'com'],
    ['origin.topic in ["a", "|', 'origin.topic', ''],
    ['headers["tr|', 'headers', 'tr'],
    ['has(headers["|', 'headers', ''],
    ['exceptionMessage == "|', null, ''],
    ['key == "|', null, ''],
  ])('%s asks the index for values of %s', (marked, field, typed) => {
    expect(at(marked)).toMatchObject({ valuesOf: field, typed });
  });

  it('takes any text and any place in no time', () => {
    const hostile = `${'headers["'.repeat(200)}${'('.repeat(200)}`;
    const started = performance.now();
    for (let caret = 0; caret < hostile.length; caret += 20) completionsAt(hostile, caret);
    expect(completionsAt('('.repeat(1_000_000), 5).items).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
