/** A JSON text as it stands: numbers and strings keep their own characters, double keys stay double. */
export type JsonNode =
  | { kind: 'object'; entries: readonly { key: string; value: JsonNode }[] }
  | { kind: 'array'; items: readonly JsonNode[] }
  | { kind: 'string' | 'number' | 'boolean' | 'null'; text: string };

const depthMax = 100;
const nodesMax = 20_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them raw in strings.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
const space = /[ \t\n\r]*/y;

class NotATree extends Error {}

class Reader {
  private at = 0;
  private nodes = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }
  private skip(): string {
    this.take(space);
    return this.text[this.at] ?? '';
  }
  private expect(character: string): void {
    if (this.skip() !== character) throw new NotATree(`expected ${character} at ${this.at}`);
    this.at += 1;
  }
  /** The parts between two brackets, separated by commas. */
  private list<Part>(close: string, part: () => Part): Part[] {
    this.at += 1;
    const parts: Part[] = [];
    if (this.skip() === close) {
      this.at += 1;
      return parts;
    }
    for (;;) {
      parts.push(part());
      if (this.skip() === close) {
        this.at += 1;
        return parts;
      }
      this.expect(',');
    }
  }

  value(depth: number): JsonNode {
    this.nodes += 1;
    if (depth > depthMax || this.nodes > nodesMax) throw new NotATree('too deep or too large to draw');
    const first = this.skip();
    if (first === '{')
      return {
        kind: 'object',
        entries: this.list('}', () => {
          this.skip();
          const key = this.take(string);
          if (key === null) throw new NotATree(`expected a name at ${this.at}`);
          this.expect(':');
          return { key, value: this.value(depth + 1) };
        }),
      };
    if (first === '[') return { kind: 'array', items: this.list(']', () => this.value(depth + 1)) };
    const text = this.take(string);
    if (text !== null) return { kind: 'string', text };
    const digits = this.take(number);
    if (digits !== null) return { kind: 'number', text: digits };
    const literal = this.take(word);
    if (literal !== null) return { kind: literal === 'null' ? 'null' : 'boolean', text: literal };
    throw new NotATree(`nothing that JSON knows at ${this.at}`);
  }
  end(): boolean {
    return this.skip() === '';
  }
}

/**
 * Splits a JSON text into a tree without turning anything into a JavaScript value: `1e400`, `12345678901234567890` and `"\u0041"` are shown
 * as they were written. Null when it is not JSON, or deeper or larger than a person would open.
 */
export function readJsonTree(text: string): JsonNode | null {
  try {
    const reader = new Reader(text);
    const tree = reader.value(0);
    return reader.end() ? tree : null;
  } catch (error) {
    if (error instanceof NotATree) return null;
    throw error;
  }
}

/** How many values stand directly inside. */
export const sizeOf = (node: JsonNode): number =>
  node.kind === 'object' ? node.entries.length : node.kind === 'array' ? node.items.length : 0;
