import type { Completion, Completions } from './completion.ts';
import { fieldSpec, headersName, isFieldName } from './fields.ts';
import { quoted } from './quoted.ts';

const durations: readonly (readonly [string, string])[] = [
  ['15m', '15 minutes'],
  ['1h', 'an hour'],
  ['24h', 'a day'],
  ['168h', 'a week'],
];

/** The quoted value, and what closes it and its brackets. */
export const quotedValue = (value: string, of: string | null, about = ''): Completion => ({
  text: `${quoted(value)}${of === headersName ? ']' : ''}`,
  kind: 'value',
  about,
});

/** The caret is inside of quotes that begin at `quote`: values of what they are compared with. */
export function completeInText(text: string, caret: number, quote: number): Completions {
  const before = text.slice(0, quote);
  const typed = text.slice(quote + 1, caret);
  // What stands behind the caret up to the closing quote is replaced with it.
  const rest = /^[^"'\\]*/.exec(text.slice(caret))?.[0].length ?? 0;
  const closed = text[caret + rest] === text[quote];
  const isHeader = /headers\[\s*$/.test(before);
  const end = closed ? caret + rest + 1 : caret;
  const to = isHeader && closed && text[end] === ']' ? end + 1 : end;
  const at = { from: quote, to, typed };
  if (isHeader) return { ...at, items: [], valuesOf: headersName };
  const given = (values: readonly (readonly [string, string])[]) =>
    values
      .filter(([value]) => value.toLowerCase().includes(typed.toLowerCase()))
      .map(([value, about]) => quotedValue(value, null, about));
  if (/duration\(\s*$/.test(before)) return { ...at, items: given(durations), valuesOf: null };
  const name =
    /([A-Za-z_][\w.]*?)(?:\.lowerAscii\(\))?\s*(?:==|!=)\s*$/.exec(before)?.[1] ??
    /([A-Za-z_][\w.]*)\.(?:contains|startsWith|endsWith)\(\s*$/.exec(before)?.[1] ??
    /([A-Za-z_][\w.]*)\s+in\s*\[[^\]]*$/.exec(before)?.[1];
  if (name === undefined || !isFieldName(name)) return { ...at, items: [], valuesOf: null };
  const { values, few } = fieldSpec(name);
  return {
    ...at,
    items: given((values ?? []).map((value) => [value, ''] as const)),
    valuesOf: few ? name : null,
  };
}
