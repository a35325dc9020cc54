import { completeInText } from './complete-text.ts';
import type { Completion, Completions } from './completion.ts';
import {
  type FieldName,
  fieldNames,
  fieldSpec,
  isFieldName,
  lowerMethod,
  nowName,
  textMethods,
} from './fields.ts';
import { filterLimits } from './limits.ts';
import { comparisons } from './tree.ts';

const header: Completion = { text: 'headers["', kind: 'field', about: 'A header by its name' };
const hasHeader: Completion = {
  text: 'has(headers["',
  kind: 'function',
  about: 'Whether there is such a header',
};
const now: Completion = { text: nowName, kind: 'value', about: 'The moment of asking, or of planning' };
const agoHour: Completion = { text: 'now - duration("1h")', kind: 'value', about: 'An hour ago' };
const timestamp: Completion = {
  text: 'timestamp("',
  kind: 'function',
  about: 'A time: 2026-01-31T02:00:00Z',
};
const nothing: Completion = { text: 'null', kind: 'value', about: 'Not known' };
const joins: Completion[] = [
  { text: '&&', kind: 'operator', about: 'and' },
  { text: '||', kind: 'operator', about: 'or' },
];

const about: Readonly<Record<string, string>> = {
  '==': 'is',
  '!=': 'is known, and is not',
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  contains: 'has this text in it',
  startsWith: 'begins with this text',
  endsWith: 'ends with this text',
  [lowerMethod]: 'with A to Z in small letters',
};
const operator = (text: string): Completion => ({ text, kind: 'operator', about: about[text] ?? '' });
const isIn: Completion = { text: 'in [', kind: 'operator', about: 'is one of' };
const methods: Completion[] = [
  ...textMethods.map(
    (name): Completion => ({ text: `${name}("`, kind: 'function', about: about[name] ?? '' }),
  ),
  { text: `${lowerMethod}()`, kind: 'function', about: about[lowerMethod] ?? '' },
];

const fields: Completion[] = fieldNames.map((name) => ({
  text: name,
  kind: 'field',
  about: fieldSpec(name).about,
}));
const operands = [...fields, header, hasHeader];

function operatorsFor(type: string): Completion[] {
  if (type === 'yes/no') return joins;
  if (type === 'text')
    return ['==', '!='].map(operator).concat(
      isIn,
      methods.map((each) => ({ ...each, text: `.${each.text}` })),
    );
  return [...comparisons.map(operator), ...(type === 'number' ? [isIn] : [])];
}

/** What may stand after a comparison with this field. */
function valuesFor(field: FieldName | null): Completion[] {
  if (field === null) return [];
  const { type, nullable, values } = fieldSpec(field);
  const listed = (values ?? []).map(
    (value): Completion => ({ text: JSON.stringify(value), kind: 'value', about: '' }),
  );
  const times = type === 'time' ? [agoHour, now, timestamp] : [];
  return [...listed, ...times, ...(nullable ? [nothing] : [])];
}

const known = (name: string | undefined): FieldName | null =>
  name !== undefined && isFieldName(name) ? name : null;

/** What may stand here, going by what stands before. */
function following(before: string): { items: Completion[]; field: FieldName | null } {
  const compared =
    /([A-Za-z_][\w.]*)\s*(?:==|!=|<=|>=|<|>)$/.exec(before) ??
    /([A-Za-z_][\w.]*)\s+in\s*\[(?:[^\]]*,)?$/.exec(before);
  if (compared) return { items: valuesFor(known(compared[1])), field: known(compared[1]) };
  if (/(?:^|[(!]|&&|\|\|)$/.test(before)) return { items: operands, field: null };
  if (/headers\[("[^"]*"|'[^']*')\]$/.test(before)) return { items: operatorsFor('text'), field: null };
  const name = known(/(?:^|[^\w."'])([A-Za-z_][\w.]*)$/.exec(before)?.[1]);
  const isRight = /(?:==|!=|<=|>=|<|>|[-+])\s*[A-Za-z_][\w.]*$/.test(before);
  if (name !== null && !isRight) return { items: operatorsFor(fieldSpec(name).type), field: null };
  return /[\w"')\]]$/.test(before) ? { items: joins, field: null } : { items: [], field: null };
}

const matching = (items: readonly Completion[], word: string) => {
  const wanted = word.toLowerCase();
  const starts = items.filter((item) => item.text.toLowerCase().startsWith(wanted));
  const holds = items.filter((item) => !starts.includes(item) && item.text.toLowerCase().includes(wanted));
  return word === '' ? [...items] : [...starts, ...holds];
};

/** Where the text before the caret leaves a quote open; null when it does not. */
function openQuote(before: string): number | null {
  let open: number | null = null;
  for (let at = 0; at < before.length; at++) {
    const char = before[at];
    if (open === null && (char === '"' || char === "'")) open = at;
    else if (open !== null && char === '\\') at++;
    else if (open !== null && char === before[open]) open = null;
  }
  return open;
}

/**
 * What can come at the caret: fields, operators by the field's type, functions, values of closed lists; and whose values to look up.
 * It looks only at what stands before the caret, so it also helps where the rest is not right yet.
 */
export function completionsAt(text: string, caret: number): Completions {
  const before = text.slice(0, caret);
  if (text.length > filterLimits.length)
    return { from: caret, to: caret, items: [], valuesOf: null, typed: '' };
  const quote = openQuote(before);
  if (quote !== null) return completeInText(text, caret, quote);
  const word = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? '';
  const point = before.lastIndexOf('.');
  const owner = word.slice(0, Math.max(0, word.lastIndexOf('.')));
  const ownerType = isFieldName(owner) ? fieldSpec(owner).type : /[\])]\.\w*$/.test(before) ? 'text' : null;
  if (ownerType !== null && point >= 0) {
    const part = before.slice(point + 1);
    const items = ownerType === 'text' ? matching(methods, part) : [];
    return { from: point + 1, to: caret, items, valuesOf: null, typed: part };
  }
  const { items, field } = following(before.slice(0, before.length - word.length).trimEnd());
  const looked = field !== null && fieldSpec(field).few ? field : null;
  const found = matching(items, word);
  // A finished word is not offered to itself: what comes next is.
  if (found.length === 1 && found[0]?.text === word) {
    const next = following(before);
    return { from: caret, to: caret, items: next.items.map(spaced), valuesOf: null, typed: '' };
  }
  return { from: caret - word.length, to: caret, items: found, valuesOf: looked, typed: word };
}

const spaced = (item: Completion): Completion =>
  item.text.startsWith('.') ? item : { ...item, text: ` ${item.text}` };
