import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** What is wrong with the configuration, all of it, each with the line where it stands. */
export class ConfigError extends Error {
  readonly problems: readonly { line: number | null; message: string }[];
  constructor(file: string, problems: readonly { line: number | null; message: string }[]) {
    const lines = problems.map(
      ({ line, message }) => `${file}${line === null ? '' : `:${line}`}: ${message}`,
    );
    super(lines.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export type ConfigPath = readonly (string | number)[];

export type YamlSource = {
  file: string;
  value: unknown;
  /** 1-based line of the nearest thing that stands at this path. */
  lineOf(path: ConfigPath): number | null;
};

const keyOf = (path: ConfigPath) => JSON.stringify(path);

/** Reads YAML 1.2 and remembers where everything stands. @throws ConfigError */
export function readYaml(text: string, file: string): YamlSource {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map((error) => ({
        line: error.linePos?.[0].line ?? null,
        message: error.message.split('\n')[0] ?? error.message,
      })),
    );
  const lines = new Map<string, number>();
  const visit = (node: unknown, path: ConfigPath): void => {
    if (isNode(node) && node.range && !lines.has(keyOf(path)))
      lines.set(keyOf(path), counter.linePos(node.range[0]).line);
    if (isSeq(node)) for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    if (isMap(node))
      for (const pair of node.items) {
        if (!isPair(pair) || !isScalar(pair.key)) continue;
        const child = [...path, String(pair.key.value)];
        if (pair.key.range) lines.set(keyOf(child), counter.linePos(pair.key.range[0]).line);
        visit(pair.value, child);
      }
  };
  visit(document.contents, []);
  return {
    file,
    value: document.toJS({ maxAliasCount: 100 }) ?? {},
    lineOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const line = lines.get(keyOf(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return null;
    },
  };
}
