import { type Masks, maskText } from '../dead-letters/masks.ts';
import { type SchemaValue, textValue } from './value.ts';

export type MaskedValue = {
  value: SchemaValue;
  /** The pointers that hid something. */
  masked: string[];
  /** What was hidden, in every way it may be written elsewhere; the longest first. */
  literals: string[];
};

/** Shorter values would blank out half of every message. */
const literalMin = 4;
const literalsMax = 200;

/** How far into its pointer each mask has come: an index of a pointer and how many of its steps are behind. */
type Reached = ReadonlyMap<number, ReadonlySet<number>>;

const matches = (segment: string | undefined, names: readonly string[]) =>
  segment === '*' || (segment !== undefined && names.includes(segment));

/**
 * Hides what the masks name in a decoded value. A mask holds by any name of a member (Protobuf's own and its JSON name, an alias of Avro), with or
 * without a step for the branch of a union, and hides the whole of a value that is shown as one and has parts in the mask (a timestamp).
 */
export function maskValue(value: SchemaValue, masks: Masks): MaskedValue {
  const masked = new Set<string>();
  const literals = new Set<string>();
  const segmentsOf = (index: number) => masks.pointers[index]?.segments ?? [];

  const collect = (hidden: SchemaValue): void => {
    const texts = [
      ...(hidden.kind === 'string' || hidden.kind === 'number' ? [hidden.text] : []),
      ...(hidden.also ?? []),
    ];
    for (const text of texts)
      if (text.length >= literalMin && literals.size < literalsMax) literals.add(text);
    if (hidden.kind === 'array') hidden.items.forEach(collect);
    if (hidden.kind === 'object') for (const entry of hidden.entries) collect(entry.value);
  };
  const step = (reached: Reached, names: readonly string[]): Reached => {
    const next = new Map<number, Set<number>>();
    for (const [index, depths] of reached)
      for (const depth of depths)
        if (matches(segmentsOf(index)[depth], names))
          next.set(index, (next.get(index) ?? new Set()).add(depth + 1));
    return next;
  };
  const withBranch = (reached: Reached, branch: readonly string[] | undefined): Reached => {
    if (branch === undefined || reached.size === 0) return reached;
    const both = new Map([...reached].map(([index, depths]) => [index, new Set(depths)]));
    for (const [index, depths] of step(reached, branch))
      for (const depth of depths) both.set(index, (both.get(index) ?? new Set()).add(depth));
    return both;
  };
  const walk = (shown: SchemaValue, before: Reached): SchemaValue => {
    if (before.size === 0) return shown;
    const reached = withBranch(before, shown.branch);
    const whole = shown.kind === 'boolean' || shown.kind === 'number' || shown.kind === 'string';
    const named = [...reached].filter(([index, depths]) => whole || depths.has(segmentsOf(index).length));
    if (named.length > 0) {
      for (const [index] of named) masked.add(masks.pointers[index]?.text ?? '');
      collect(shown);
      return textValue(maskText);
    }
    if (shown.kind === 'array')
      return { ...shown, items: shown.items.map((item, at) => walk(item, step(reached, [String(at)]))) };
    if (shown.kind === 'object')
      return {
        ...shown,
        entries: shown.entries.map(({ names, value: inner }) => ({
          names,
          value: walk(inner, step(reached, names)),
        })),
      };
    return shown;
  };
  const start: Reached = new Map(masks.pointers.map((_, index) => [index, new Set([0])]));
  return {
    value: walk(value, start),
    masked: [...masked],
    literals: [...literals].sort((a, b) => b.length - a.length),
  };
}

/** Every text of a value in which one of these stands is hidden, whole, and a number that holds it; the same value when there is none. */
export function redactValue(value: SchemaValue, literals: readonly string[]): SchemaValue {
  if (literals.length === 0) return value;
  const holds = (text: string) => literals.some((literal) => text.includes(literal));
  if (value.kind === 'string' || value.kind === 'number')
    return [value.text, ...(value.also ?? [])].some(holds) ? textValue(maskText) : value;
  if (value.kind === 'array') {
    const items = value.items.map((item) => redactValue(item, literals));
    return items.every((item, index) => item === value.items[index]) ? value : { ...value, items };
  }
  if (value.kind === 'object') {
    const entries = value.entries.map((entry) => ({ ...entry, value: redactValue(entry.value, literals) }));
    const same = entries.every((entry, index) => entry.value === value.entries[index]?.value);
    return same ? value : { ...value, entries };
  }
  return value;
}
