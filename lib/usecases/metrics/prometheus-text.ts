/** A value as it may be written; null is not known and has no sample. */
export type Value = bigint | number | string | null;
export type Sample = readonly [labels: string, value: Value];
export type Family = {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  samples: Iterable<Sample>;
};

const special = /["\\\n]/;
const escaped = (text: string) =>
  special.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : text;

/** `{a="1",b="2"}`; empty for none. Made once and used for every family of the same thing. */
export function labelText(labels: Readonly<Record<string, string | number>>): string {
  const parts: string[] = [];
  for (const name in labels) parts.push(name, '="', escaped(String(labels[name])), '",');
  // Joined, so that the text lies in one piece: it is written many times.
  return parts.length === 0 ? '' : `{${parts.join('').slice(0, -1)}}`;
}

const chunkLength = 65_536;

/**
 * Text format 0.0.4 in chunks of about 64 kB, so that nothing as large as the whole is ever built. Values that are not known, and numbers that are
 * not finite, are left out; a family without any sample is left out whole.
 */
export function* prometheusText(families: Iterable<Family>): Generator<string> {
  let chunk: string[] = [];
  let length = 0;
  for (const { name, type, help, samples } of families) {
    let head = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
    for (const [labels, value] of samples) {
      if (value === null || (typeof value === 'number' && !Number.isFinite(value))) continue;
      chunk.push(head, name, labels, ' ', String(value), '\n');
      length += head.length + name.length + labels.length + 16;
      head = '';
      if (length < chunkLength) continue;
      yield chunk.join('');
      chunk = [];
      length = 0;
    }
  }
  if (length > 0) yield chunk.join('');
}
