/** Quotes for a POSIX shell: nothing inside is expanded. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * One call of the API as a command to paste: the address and the token are shell variables, so that no secret is copied.
 * `path` is below /api/v1.
 */
export function asCurl(call: {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
}): string {
  const lines = [
    `curl -fsS -X ${call.method} "$SLUICE_URL"${quoted(`/api/v1${call.path}`)}`,
    `  -H "Authorization: Bearer $SLUICE_TOKEN"`,
  ];
  if (call.body !== undefined)
    lines.push(`  -H 'Content-Type: application/json'`, `  -d ${quoted(JSON.stringify(call.body))}`);
  return lines.join(' \\\n');
}
