import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
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

/**
 * Kafka's jars, resolved once by Maven from scripts/kafka/pom.xml into a cache below node_modules.
 * @returns the folder and whether Maven had to run
 */
export async function resolveKafkaJars(
  root: string,
  signal: AbortSignal,
): Promise<{ folder: string; resolved: boolean }> {
  const pom = path.join(root, 'scripts', 'kafka', 'pom.xml');
  const key = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const cache = path.join(root, 'node_modules', '.cache', 'sluice');
  const folder = path.join(cache, `kafka-${key}`);
  if (existsSync(folder)) return { folder, resolved: false };
  if (spawnSync('mvn', ['--version']).error)
    throw new StartError(
      `The embedded Kafka's jars are resolved by Maven, and there is no "mvn" on the PATH. ${otherWays}`,
    );
  // A copy of the pom: Maven writes beside it.
  const work = path.join(cache, `kafka-${key}.${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    writeFileSync(path.join(work, 'pom.xml'), readFileSync(pom));
    await runCommand({
      what: "Resolving Kafka's jars by Maven",
      file: 'mvn',
      args: [
        '-q',
        '-B',
        'dependency:copy-dependencies',
        '-DoutputDirectory=libs',
        '-DincludeScope=runtime',
        ...localRepository(path.join(work, 'repository')),
      ],
      options: { cwd: work },
      signal,
    });
    // Two starts at once: the second one's rename fails, and the first one's jars serve both.
    if (!existsSync(folder)) renameSync(path.join(work, 'libs'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { folder, resolved: true };
}
