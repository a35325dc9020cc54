/** Text for a shell: in single quotes unless nothing in it means anything to one. Control characters go as `$'…'`. */
export function shellQuote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!/\p{Cc}/u.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = [...text].map((character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    return /\p{Cc}/u.test(character)
      ? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
      : character;
  });
  return `$'${escaped.join('')}'`;
}

/**
 * Reads exactly one record with kcat, as read_committed. The brokers are a variable: the browser neither knows nor names
 * them. `-o` with `-c 1` is the record itself only when it still exists, so the command prints the offset that it got.
 */
export const kcatText = (record: { topic: string; partition: number; offset: string }): string =>
  [
    'kcat -b "$KAFKA_BROKERS" -C -q -e -c 1',
    `-t ${shellQuote(record.topic)} -p ${record.partition} -o ${shellQuote(record.offset)}`,
    '-X isolation.level=read_committed',
    String.raw`-f 'offset: %o\ntimestamp: %T\nheaders: %h\nkey: %k\nvalue: %s\n'`,
  ].join(' ');

/** The same call for a terminal; address and token are variables. */
export function curlText(call: { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: unknown }): string {
  const url = `"$SLUICE_URL"${shellQuote(`/api/v1${call.path}`)}`;
  const parts = ['curl -sS', ...(call.method === 'GET' ? [] : [`-X ${call.method}`]), url];
  parts.push('-H "Authorization: Bearer $SLUICE_TOKEN"');
  if (call.body !== undefined)
    parts.push("-H 'content-type: application/json'", `-d ${shellQuote(JSON.stringify(call.body))}`);
  return parts.join(' ');
}
