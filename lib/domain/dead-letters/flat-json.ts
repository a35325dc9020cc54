import { endOfString } from './json-spans.ts';

type Open = { kind: 'object' | 'array'; index: number; key: string | null; members: number };

const scalarEnd = /[\s,\]}]/g;
const escaped = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * The scalars of a JSON text by their pointers (RFC 6901), each as it is written; an empty object or array counts as one. The last of a double member stands.
 * Iterative: nesting costs no stack.
 * @param text valid JSON
 * @param most how many are taken; `more` says that there are others
 */
export function flatJson(text: string, most: number): { fields: Map<string, string>; more: boolean } {
  const fields = new Map<string, string>();
  const stack: Open[] = [];
  const pathOf = () =>
    stack.map((open) => `/${open.kind === 'array' ? open.index : escaped(open.key ?? '')}`).join('');
  let position = 0;
  while (position < text.length) {
    const open = stack.at(-1);
    const char = text[position] ?? '';
    if (/[\s:]/.test(char)) position += 1;
    else if (char === ',') {
      if (open) {
        open.index += 1;
        open.key = null;
      }
      position += 1;
    } else if (char === '}' || char === ']') {
      const closed = stack.pop();
      if (closed?.members === 0) fields.set(pathOf(), closed.kind === 'array' ? '[]' : '{}');
      position += 1;
    } else if (open?.kind === 'object' && open.key === null) {
      const end = endOfString(text, position);
      open.key = JSON.parse(text.slice(position, end)) as string;
      position = end;
    } else {
      if (fields.size >= most) return { fields, more: true };
      if (open) open.members += 1;
      if (char === '{' || char === '[') {
        stack.push({ kind: char === '{' ? 'object' : 'array', index: 0, key: null, members: 0 });
        position += 1;
      } else {
        scalarEnd.lastIndex = position;
        const end = char === '"' ? endOfString(text, position) : (scalarEnd.exec(text)?.index ?? text.length);
        fields.set(pathOf(), text.slice(position, end));
        position = end;
      }
    }
  }
  return { fields, more: false };
}
