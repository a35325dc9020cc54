import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { buildConfig } from './build.ts';
import { checkMeaning } from './check-meaning.ts';
import type { Config } from './config.ts';
import type { Environment, Variables } from './environment.ts';
import { type ConfigFile, fileSchema } from './file-schema.ts';
import { resolveSecrets } from './resolve-secrets.ts';
import { ConfigError, readYaml, type YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;
const asPath = (parts: readonly PropertyKey[]) =>
  parts.map((part) => (typeof part === 'number' ? part : String(part)));

function problemsOf(issue: Issue, source: YamlSource): { line: number | null; message: string }[] {
  const at = asPath(issue.path);
  const where = at.length === 0 ? 'the file' : `"${at.join('.')}"`;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      line: source.lineOf([...at, key]),
      message: `unknown key "${[...at, key].join('.')}".`,
    }));
  if (issue.code === 'invalid_union') {
    const nested = issue.errors.flat().find((inner) => inner.code === 'unrecognized_keys');
    if (nested) return problemsOf({ ...nested, path: [...issue.path, ...nested.path] }, source);
  }
  return [{ line: source.lineOf(at), message: `${where}: ${issue.message}.` }];
}

/**
 * Reads and validates one configuration file.
 * @param brokers for clusters that name no bootstrapServers
 * @throws ConfigError with every problem and its line
 */
export async function readConfigFile(
  file: string,
  env: Variables,
  brokers: readonly string[],
): Promise<Config> {
  const absolute = path.resolve(file);
  let text: string;
  try {
    text = await readFile(absolute, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new ConfigError(file, [{ line: null, message: `the configuration can't be read: ${reason}.` }]);
  }
  const source = readYaml(text, absolute);
  const parsed = fileSchema.safeParse(await resolveSecrets(source, env));
  if (!parsed.success)
    throw new ConfigError(
      absolute,
      parsed.error.issues.flatMap((issue) => problemsOf(issue, source)),
    );
  const meaning = checkMeaning(parsed.data);
  if (meaning.length > 0)
    throw new ConfigError(
      absolute,
      meaning.map((problem) => ({ line: source.lineOf(problem.path), message: problem.message })),
    );
  return buildConfig(parsed.data, brokers, absolute);
}

/**
 * The configuration in force: SLUICE_CONFIG's file, or one cluster `main` at KAFKA_BROKERS without a file.
 * @throws ConfigError; Error when a cluster has no address
 */
export async function loadConfig(
  environment: Pick<Environment, 'configFile' | 'kafkaBrokers'>,
  env: Variables,
): Promise<Config> {
  const config = environment.configFile
    ? await readConfigFile(environment.configFile, env, environment.kafkaBrokers)
    : buildConfig(fileSchema.parse({}) as ConfigFile, environment.kafkaBrokers, null);
  for (const cluster of config.clusters)
    if (cluster.bootstrapServers.length === 0)
      throw new Error(
        `The cluster "${cluster.name}" has no address: set bootstrapServers in the configuration, or KAFKA_BROKERS.`,
      );
  return config;
}
