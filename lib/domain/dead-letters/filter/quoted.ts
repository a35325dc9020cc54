/** A text as a filter writes it: read again, it is the same. */
export const quoted = (text: string) =>
  `"${text.replace(/["\\\n\r\t]/g, (char) => ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[char] ?? char)}"`;
