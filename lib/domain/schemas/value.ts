/** A decoded value in the plain form in which people read it: JSON, with numbers of any size as their own text. */
export type SchemaValue = (
  | { kind: 'null' }
  | { kind: 'boolean'; value: boolean }
  /** `text` is a number of JSON. */
  | { kind: 'number'; text: string }
  | { kind: 'string'; text: string }
  | { kind: 'array'; items: readonly SchemaValue[] }
  | { kind: 'object'; entries: readonly SchemaEntry[] }
) & {
  /** Other texts of the same value: what it was before a date or base64 was made of it. */
  also?: readonly string[];
  /** Names that a step of its own may have in other tools: the branch of a union. */
  branch?: readonly string[];
};
/** `names`: everything that this member may be called in a pointer, its own name first. */
export type SchemaEntry = { names: readonly [string, ...string[]]; value: SchemaValue };

export const nullValue: SchemaValue = { kind: 'null' };
export const textValue = (text: string, also: readonly string[] = []): SchemaValue => ({
  kind: 'string',
  text,
  ...(also.length === 0 ? {} : { also }),
});
export const integerValue = (value: bigint | number): SchemaValue => ({
  kind: 'number',
  text: value.toString(),
});

/** JSON has no NaN and no infinity: they are texts. */
export const floatValue = (value: number): SchemaValue =>
  Number.isFinite(value)
    ? { kind: 'number', text: Object.is(value, -0) ? '-0' : String(value) }
    : textValue(String(value));

/** As few digits as tell it from other numbers of 32 bits. */
export function float32Value(value: number): SchemaValue {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return floatValue(short);
  }
  return floatValue(value);
}

/** Base64, whatever the bytes say as text: the text is kept to be hidden where the value is masked. */
export const bytesValue = (bytes: Uint8Array): SchemaValue => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return textValue(buffer.toString('base64'), [buffer.toString('utf8'), buffer.toString('hex')]);
};

const indentOf = (depth: number) => `\n${'  '.repeat(depth)}`;

/** As JSON, two spaces a level: each number with its own digits. */
export function jsonOf(value: SchemaValue, depth = 0): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return value.text;
    case 'string':
      return JSON.stringify(value.text);
    case 'array': {
      if (value.items.length === 0) return '[]';
      const items = value.items.map((item) => jsonOf(item, depth + 1));
      return `[${indentOf(depth + 1)}${items.join(`,${indentOf(depth + 1)}`)}${indentOf(depth)}]`;
    }
    case 'object': {
      if (value.entries.length === 0) return '{}';
      const entries = value.entries.map(
        (entry) => `${JSON.stringify(entry.names[0])}: ${jsonOf(entry.value, depth + 1)}`,
      );
      return `{${indentOf(depth + 1)}${entries.join(`,${indentOf(depth + 1)}`)}${indentOf(depth)}}`;
    }
  }
}
