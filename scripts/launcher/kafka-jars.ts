import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { runCommand } from './run-command.ts';
import { StartError } from './start-error.ts';

const otherWays =
  'Or let Sluice use a Kafka of your own: KAFKA_BROKERS=host:port npm start. Or use containers: docker compose up.';

/** The major version in what `java -version` says; null when it says none. "1.8.0" is 8. */
export function javaMajor(said: string): number | null {
  const version = /version "(\d+)(?:\.(\d+))?/.exec(said);
  if (!version) return null;
  return Number(version[1] === '1' ? version[2] : version[1]);
}

/** @throws StartError when there is no Java that Kafka runs on */
export function requireJava(): void {
  const answer = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = answer.error ? null : javaMajor(`${answer.stderr}${answer.stdout}`);
  if (major === null)
    throw new StartError(
      `The embedded Kafka needs Java 17 or later, and there is no "java" on the PATH. ${otherWays}`,
    );
  if (major < 17)
    throw new StartError(
      `The embedded Kafka needs Java 17 or later; "java" on the PATH is ${major}. ${otherWays}`,
    );
}

/** Maven keeps what it downloads below the user's home as the system knows it; a service's user often can't write there. */
function localRepository(fallback: string): string[] {
  try {
    const { homedir } = userInfo();
    const own = path.join(homedir, '.m2');
    accessSync(existsSync(own) ? own : homedir, constants.W_OK);
    return [];
  } catch {
    return [`-Dmaven.repo.local=${fallback}`];
  }
}

/** Jars that a pom asks for: `name` and the pom's content say where they are kept. `what` is for messages: "The embedded Kafka". */
export type JarSet = { what: string; name: string; pom: string; otherWays: string };

/** Kafka's own cache below node_modules, shared by everything that is resolved or compiled from here. */
export const cacheFolder = (root: string): string => path.join(root, 'node_modules', '.cache', 'sluice');

/**
 * Makes `folder` once by `make`, which fills another one beside it. Two at once: the second one's rename fails, and the first one's
 * content serves both.
 * @returns whether it had to be made
 */
export async function makeOnce(folder: string, make: (work: string) => Promise<string>): Promise<boolean> {
  if (existsSync(folder)) return false;
  mkdirSync(path.dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    const made = await make(work);
    try {
      renameSync(made, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return true;
}

/**
 * The jars of a pom, resolved once by Maven into a cache below node_modules.
 * @returns the folder and whether Maven had to run
 * @throws StartError when there is no Maven, or with what it said
 */
export async function resolveJars(
  root: string,
  { what, name, pom, otherWays }: JarSet,
  signal: AbortSignal,
): Promise<{ folder: string; resolved: boolean }> {
  const content = readFileSync(pom);
  const key = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const folder = path.join(cacheFolder(root), `${name}-${key}`);
  const resolved = await makeOnce(folder, async (work) => {
    if (spawnSync('mvn', ['--version']).error)
      throw new StartError(
        `${what}: its jars are resolved by Maven, and there is no "mvn" on the PATH. ${otherWays}`,
      );
    // A copy of the pom: Maven writes beside it.
    writeFileSync(path.join(work, 'pom.xml'), content);
    await runCommand({
      what: `${what}: resolving its jars by Maven`,
      file: 'mvn',
      args: [
        ...['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs', '-DincludeScope=runtime'],
        ...localRepository(path.join(work, 'repository')),
      ],
      options: { cwd: work },
      signal,
    });
    return path.join(work, 'libs');
  });
  return { folder, resolved };
}

/** The embedded broker's jars, from scripts/kafka/pom.xml. */
export const resolveKafkaJars = (root: string, signal: AbortSignal) =>
  resolveJars(
    root,
    {
      what: 'The embedded Kafka',
      name: 'kafka',
      pom: path.join(root, 'scripts', 'kafka', 'pom.xml'),
      otherWays,
    },
    signal,
  );
