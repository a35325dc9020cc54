import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Variables } from './environment.ts';
import { ConfigError, type ConfigPath, type YamlSource } from './yaml-source.ts';

type Problem = { line: number | null; message: string };
/** `${NAME}`, or `${NAME:-otherwise}` as in a shell. */
const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
/** Ends in `File` but names a document, a file that is written, or a key that only the worker opens. */
const documents = new Set(['jsonSchemaFile', 'anchorFile', 'privateKeyFile']);

/**
 * Puts environment variables for `${NAME}` (or, where it is not set, what `${NAME:-otherwise}` says) and the contents of files for keys that end in `File` (`passwordFile: /run/x`
 * becomes `password`). Relative files stand beside the configuration file. @throws ConfigError
 */
export async function resolveSecrets(source: YamlSource, env: Variables): Promise<unknown> {
  const problems: Problem[] = [];
  const folder = path.dirname(source.file);

  const expand = (text: string, at: ConfigPath): string =>
    text.replace(variable, (whole, name: string, otherwise: string | undefined) => {
      const value = env[name];
      if (value !== undefined && (value !== '' || otherwise === undefined)) return value;
      if (otherwise !== undefined) return otherwise;
      problems.push({
        line: source.lineOf(at),
        message: `the environment variable ${name} is not set (needed by "${at.join('.')}").`,
      });
      return whole;
    });

  const readSecret = async (file: string, at: ConfigPath): Promise<string | null> => {
    try {
      return (await readFile(path.resolve(folder, file), 'utf8')).replace(/\r?\n$/, '');
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      problems.push({
        line: source.lineOf(at),
        message: `the secret file of "${at.join('.')}" can't be read: ${reason}.`,
      });
      return null;
    }
  };

  const walk = async (value: unknown, at: ConfigPath): Promise<unknown> => {
    if (typeof value === 'string') return expand(value, at);
    if (Array.isArray(value)) return Promise.all(value.map((item, index) => walk(item, [...at, index])));
    if (typeof value !== 'object' || value === null) return value;
    const result: Record<string, unknown> = {};
    for (const [name, raw] of Object.entries(value)) {
      const here = [...at, name];
      const item = await walk(raw, here);
      if (!name.endsWith('File') || documents.has(name) || typeof item !== 'string') {
        result[name] = item;
        continue;
      }
      const target = name.slice(0, -'File'.length);
      if (target in value)
        problems.push({
          line: source.lineOf(here),
          message: `"${name}" and "${target}" can't both be given.`,
        });
      const secret = await readSecret(item, here);
      if (secret !== null) result[target] = secret;
    }
    return result;
  };

  const resolved = await walk(source.value, []);
  if (problems.length > 0) throw new ConfigError(source.file, problems);
  return resolved;
}
