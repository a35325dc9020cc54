/** A value in a JSON text, by where it stands: [from, to). */
export type JsonSpan = { from: number; to: number };

type Open = {
  kind: 'object' | 'array';
  from: number;
  /** How many segments of each pointer this container's own place has matched; -1 for a pointer that leads elsewhere. */
  depths: readonly number[];
  index: number;
  key: string | null;
};

/** Where a string ends that begins at `from`: behind the first quote that no backslash escapes. */
export function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (quote - escapes - 1 > from && text[quote - escapes - 1] === '\\') escapes++;
    if (escapes % 2 === 0) return quote + 1;
  }
  return text.length;
}
const scalarEnd = /[\s,\]}]/g;

/** `*` in a pointer stands for every element or member. */
const matchesSegment = (segment: string | undefined, step: string) => segment === '*' || segment === step;

/**
 * Where the values stand that the JSON pointers (RFC 6901, plus `*`) name. Reads the text itself, so that nothing of it changes by being
 * parsed: big integers, duplicate members (all are found) and escapes. Iterative: nesting costs no stack.
 * @param text valid JSON
 * @param pointers their segments, unescaped
 * @returns spans in order, none inside another, each with the pointer that named it
 */
export function findJsonSpans(
  text: string,
  pointers: readonly (readonly string[])[],
): (JsonSpan & { pointer: number })[] {
  const found: (JsonSpan & { pointer: number })[] = [];
  const stack: Open[] = [];
  let position = 0;
  let inside = -1;

  const nowhere = pointers.map(() => -1);
  const stepInto = (open: Open | undefined): readonly number[] => {
    if (!open) return pointers.map(() => 0);
    if (open.depths === nowhere) return nowhere;
    const step = open.kind === 'array' ? String(open.index) : (open.key ?? '');
    const leadsOn = (depth: number, index: number) =>
      depth >= 0 && matchesSegment(pointers[index]?.[depth], step);
    if (!open.depths.some(leadsOn)) return nowhere;
    return open.depths.map((depth, index) => (leadsOn(depth, index) ? depth + 1 : -1));
  };
  const named = (depths: readonly number[]) =>
    depths === nowhere
      ? -1
      : depths.findIndex((depth, index) => depth >= 0 && depth === pointers[index]?.length);

  while (position < text.length) {
    const open = stack.at(-1);
    const char = text[position] ?? '';
    if (char === ':' || char === ' ' || char === '\n' || char === '\t' || char === '\r') position += 1;
    else if (char === ',') {
      if (open) {
        open.index += 1;
        open.key = null;
      }
      position += 1;
    } else if (char === '}' || char === ']') {
      const closed = stack.pop();
      position += 1;
      if (closed && stack.length === inside) {
        found.push({ from: closed.from, to: position, pointer: named(closed.depths) });
        inside = -1;
      }
    } else if (open?.kind === 'object' && open.key === null) {
      const end = endOfString(text, position);
      const name = text.slice(position + 1, end - 1);
      open.key = name.includes('\\') ? (JSON.parse(`"${name}"`) as string) : name;
      position = end;
    } else {
      const depths = inside >= 0 ? nowhere : stepInto(open);
      const pointer = named(depths);
      if (char === '{' || char === '[') {
        if (pointer >= 0 && inside < 0) inside = stack.length;
        stack.push({ kind: char === '{' ? 'object' : 'array', from: position, depths, index: 0, key: null });
        position += 1;
      } else {
        scalarEnd.lastIndex = position;
        const end = char === '"' ? endOfString(text, position) : (scalarEnd.exec(text)?.index ?? text.length);
        if (pointer >= 0 && inside < 0) found.push({ from: position, to: end, pointer });
        position = end;
      }
    }
  }
  return found;
}
