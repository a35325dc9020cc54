import { existsSync, readFileSync } from 'node:fs';
import { watchParent } from '../ground/parent-watch.ts';
import { type Home, openHome } from './home.ts';
import { stopLeftovers } from './leftovers.ts';
import { takeLock } from './lock.ts';
import { partEnvironment, portTaken } from './parts.ts';
import { freePort, portProblem } from './ports.ts';
import { createReload } from './reload.ts';
import { baseUrlOf, decideSettings, type Settings } from './settings.ts';
import { createSluice, type Sluice } from './sluice.ts';
import { messageOf, StartError } from './start-error.ts';
import { createSteps, type Steps, seconds } from './steps.ts';
import { hasTerminal } from './terminal.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);
const readText = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : null);

// Whoever read this output may be gone (a killed npm): that must not end the launcher before it has stopped everything.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** A terminal and npm both pass one Ctrl-C on: what comes this soon after the first is the same one. */
const sameSignalMs = 1000;

/** Resolves with why everything has to stop; a later signal ends everything at once. */
function untilToldToStop(onSecond: () => void): { told: Promise<string>; tell: (why: string) => void } {
  let tell: (why: string) => void = () => undefined;
  let first: number | null = null;
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const onSignal = (signal: string) => {
    if (first === null) {
      first = Date.now();
      tell(signal);
    } else if (Date.now() - first > sameSignalMs) onSecond();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => onSignal(signal));
  watchParent(() => tell('whoever started it is gone'));
  return { told, tell };
}

/** A terminal that is closed says so by the signal that otherwise asks to read the configuration again. */
function onHangUp({ terminalGone, asked }: { terminalGone: () => void; asked: () => void }): void {
  const began = hasTerminal();
  let last = Number.NEGATIVE_INFINITY;
  process.on('SIGHUP', () => {
    if (began && !hasTerminal()) return terminalGone();
    if (performance.now() - last > sameSignalMs) asked();
    last = performance.now();
  });
}

function printReady(settings: Settings, home: Home, at: { url: string; tookMs: number }): void {
  write('');
  write(`Sluice is ready after ${seconds(at.tookMs)}:  ${at.url}`);
  if (settings.demoIdentities && existsSync(home.credentials)) {
    const { users = [] } = JSON.parse(readFileSync(home.credentials, 'utf8')) as {
      users?: { name: string; role: string }[];
    };
    write(`  Sign in as ${users.map((user) => `${user.name} (${user.role})`).join(', ')}.`);
    write(`  Passwords and API tokens: ${home.credentials}`);
  }
  if (settings.demo)
    write(
      '  A demo shop runs, with an incident to work on. Mend or break it: npm run demo -- heal|break <fault>',
    );
  write(`  Logs: ${home.folder}/logs    Ctrl-C stops everything.`);
  write('');
}

/** Where the web will listen. @throws StartError when something else does */
async function webPort(settings: Settings): Promise<number> {
  if (settings.port === 0) return freePort();
  const problem = await portProblem(settings.port, settings.host);
  if (problem === 'EADDRINUSE') throw new StartError(portTaken(settings.port));
  if (problem)
    throw new StartError(`Port ${settings.port} on ${settings.host} can't be listened on: ${problem}.`);
  return settings.port;
}

async function runUntilStopped(settings: Settings, steps: Steps, started: number): Promise<number> {
  const home = openHome(settings.home);
  let sluice: Sluice | null = null;
  let failure: unknown = null;
  const { told, tell } = untilToldToStop(() => {
    write('Stopping at once.');
    sluice?.kill();
    lock.release();
    process.exit(1);
  });
  const parts = Promise.withResolvers<() => Promise<void>>();
  onHangUp({
    terminalGone: () => tell('its terminal is gone'),
    // One that comes before everything runs waits for that: the parts may have read the file already.
    asked: () => {
      parts.promise
        .then((reload) => reload())
        .catch((error) => {
          failure ??= error;
          tell('a part did not come back after the configuration was read again');
        });
    },
  });
  const lock = await takeLock(home.lock, baseUrlOf(settings.host, settings.port));
  try {
    await stopLeftovers(home, steps.say);
    const port = await webPort(settings);
    const current = createSluice(settings, home, {
      port,
      steps,
      gaveUp: (reason) => {
        failure ??= new StartError(reason);
        tell('a part could not be kept alive');
      },
    });
    sluice = current;
    const running = current.start().then((around) => {
      const env = partEnvironment(process.env, settings, around);
      const { restartParts } = current;
      parts.resolve(createReload({ configFile: settings.configFile, env, restartParts, say: steps.say }));
      printReady(settings, home, { url: baseUrlOf(settings.host, port), tookMs: Date.now() - started });
    });
    running.catch(() => undefined); // when told to stop first, its rejection is the stop itself
    const why = await Promise.race([told, running.then(() => told)]);
    write(`Stopping (${why}).`);
  } catch (error) {
    failure ??= error;
  }
  lock.markStopping();
  await sluice?.stop();
  lock.release();
  if (failure === null) {
    write('Everything is stopped.');
    return 0;
  }
  console.error(failure instanceof StartError ? `\n${failure.message}` : failure);
  console.error('\nNothing is left running.');
  return 1;
}

/** `npm start` and `npm run dev`, under the pinned Node. @returns the exit code */
export async function main(root: string, args: readonly string[]): Promise<number> {
  const started = Number(process.env.SLUICE_BEGAN_AT ?? Date.now() - Math.round(process.uptime() * 1000));
  delete process.env.SLUICE_BEGAN_AT;
  const steps = createSteps(write);
  try {
    const dev = args.includes('--dev');
    const settings = decideSettings(process.env, { root, cwd: process.cwd(), dev, readConfig: readText });
    write(`Starting Sluice${dev ? ' for development' : ''} (data and logs in ${settings.home})`);
    return await runUntilStopped(settings, steps, started);
  } catch (error) {
    console.error(error instanceof StartError ? `\n${messageOf(error)}` : error);
    return 1;
  }
}
