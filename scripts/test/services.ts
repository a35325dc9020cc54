import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedContext, startEmbeddedKafka, startEmbeddedPostgres } from '../launcher/embedded.ts';
import { openHome, readJson } from '../launcher/home.ts';
import { stopOrder } from '../launcher/leftovers.ts';
import { choosePorts } from '../launcher/ports.ts';
import { messageOf } from '../launcher/start-error.ts';
import { createSteps } from '../launcher/steps.ts';
import { type Service, superviseService } from '../launcher/supervisor.ts';

export type TestServices = {
  /** SLUICE_TEST_KAFKA and SLUICE_TEST_POSTGRES, for the tests' processes. */
  env: Record<string, string>;
  /** kill -9 of the database server; it is started again by itself. */
  killPostgres: () => void;
  stop: () => Promise<void>;
};

/**
 * One broker and one Postgres for all tests of a run, on free ports, in a folder of their own that goes away with them.
 * What the environment already names is used instead.
 * @param options.durable for trials in which the database is killed: what it has acknowledged is then on disk
 */
export async function startServices(
  root: string,
  write: (line: string) => void,
  options: { durable?: boolean } = {},
): Promise<TestServices> {
  const { SLUICE_TEST_KAFKA: givenKafka, SLUICE_TEST_POSTGRES: givenPostgres } = process.env;
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
  chmodSync(folder, 0o711); // Postgres runs as another user under root, and passes through here
  const home = openHome(folder);
  const services = new Map<string, Service>();
  const over = new AbortController();
  const context: EmbeddedContext = {
    root,
    home,
    ports: await choosePorts(home.ports),
    steps: createSteps(write),
    signal: over.signal,
    durable: options.durable ?? false,
    run: (spec) => {
      const service = superviseService(spec, {
        spawned: () => undefined,
        report: (line) => write(`  ! ${line}`),
        gaveUp: (reason) => write(`  ! ${reason}`),
      });
      services.set(spec.name, service);
      return service.start();
    },
  };
  const stop = async () => {
    over.abort(new Error('stopped'));
    for (const name of stopOrder) await services.get(name)?.stop();
    const data = readJson<{ data: string }>(home.postgresPlace)?.data;
    if (data) rmSync(data, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  };
  const started = [
    givenKafka ? Promise.resolve(givenKafka) : startEmbeddedKafka(context),
    givenPostgres ? Promise.resolve(givenPostgres) : startEmbeddedPostgres(context, 'postgres'),
  ] as const;
  try {
    const [kafka, postgres] = await Promise.all(started);
    return {
      env: { SLUICE_TEST_KAFKA: kafka, SLUICE_TEST_POSTGRES: postgres },
      killPostgres: () => {
        const pid = services.get('postgres')?.pid();
        if (!pid) throw new Error('This Postgres is not ours, or does not run: it is not killed.');
        process.kill(pid, 'SIGKILL');
      },
      stop,
    };
  } catch (error) {
    await Promise.allSettled(started);
    await stop();
    throw new Error(`The tests' broker and database can't be started: ${messageOf(error)}`, { cause: error });
  }
}
