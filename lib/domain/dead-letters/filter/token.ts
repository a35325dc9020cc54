import { FilterFault, type Span } from './problem.ts';

export type Token = Span &
  (
    | { readonly kind: 'name'; readonly text: string }
    | { readonly kind: 'int'; readonly text: string }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'sign'; readonly text: string }
    | { readonly kind: 'end' }
  );

const signs = ['==', '!=', '<=', '>=', '&&', '||', '<', '>', '!', '(', ')', '[', ']', ',', '.', '-', '+'];
const space = /[ \t\r\n]*/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const digits = /\d+/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  n: '\n',
  r: '\r',
  t: '\t',
};
/** Signs of other languages, and what they are called here. */
const foreign: Readonly<Record<string, string>> = { '=': '==', '&': '&&', '|': '||' };

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
};

function escaped(text: string, at: number): { value: string; length: number } {
  const next = text[at + 1] ?? '';
  const simple = escapes[next];
  if (simple !== undefined) return { value: simple, length: 2 };
  const code = next === 'u' ? /^[0-9A-Fa-f]{4}/.exec(text.slice(at + 2, at + 6))?.[0] : undefined;
  if (code !== undefined) return { value: String.fromCharCode(Number.parseInt(code, 16)), length: 6 };
  throw new FilterFault(
    'syntax',
    { at, end: Math.min(at + 2, text.length) },
    `\\${next} is no escape: there are \\" \\' \\\\ \\n \\r \\t and \\u with four hexadecimal digits.`,
  );
}

function textAt(text: string, at: number): Token {
  const quote = text[at];
  let value = '';
  let position = at + 1;
  while (position < text.length) {
    const char = text[position] ?? '';
    if (char === quote) {
      const span = { at, end: position + 1 };
      if (value.includes('\u0000') || !value.isWellFormed())
        throw new FilterFault(
          'syntax',
          span,
          'This text holds a NUL character or half a surrogate pair, which no indexed text does.',
        );
      return { kind: 'text', value, ...span };
    }
    if (char === '\n' || char === '\r') break;
    const piece = char === '\\' ? escaped(text, position) : { value: char, length: 1 };
    value += piece.value;
    position += piece.length;
  }
  throw new FilterFault(
    'syntax',
    { at, end: position },
    `This text does not end: a closing ${quote} is expected.`,
  );
}

function tokenAt(text: string, at: number): Token {
  const char = text[at] ?? '';
  if (char === '"' || char === "'") return textAt(text, at);
  const word = matchAt(name, text, at);
  if (word !== '') return { kind: 'name', text: word, at, end: at + word.length };
  const number = matchAt(digits, text, at);
  if (number !== '') {
    const end = at + number.length;
    if (/[A-Za-z_]/.test(text[end] ?? '') || (text[end] === '.' && /\d/.test(text[end + 1] ?? '')))
      throw new FilterFault(
        'syntax',
        { at, end: end + 1 },
        'Numbers are whole and stand alone; a time span is written duration("1h30m").',
      );
    return { kind: 'int', text: number, at, end };
  }
  const sign = signs.find((each) => text.startsWith(each, at));
  if (sign !== undefined) return { kind: 'sign', text: sign, at, end: at + sign.length };
  const whole = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw new FilterFault(
    'syntax',
    { at, end: at + whole.length },
    `${JSON.stringify(whole)} has no meaning in a filter.`,
    foreign[char] ?? null,
  );
}

/** The text in pieces, closed by an `end`. Linear in its length. @throws FilterFault `syntax` */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = matchAt(space, text, 0).length;
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.end + matchAt(space, text, token.end).length;
  }
  tokens.push({ kind: 'end', at: text.length, end: text.length });
  return tokens;
}
