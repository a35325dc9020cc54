import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterDeath, type Deaths } from './backoff.ts';
import { lastLines, openLog } from './log-file.ts';
import { killGroup } from './run-command.ts';
import { messageOf, StartError } from './start-error.ts';

export type ServiceName = 'postgres' | 'kafka' | 'web' | 'worker' | 'demo';

/** One long-lived process: how to start it, when it is ready, how to end it. */
export type ServiceSpec = {
  name: ServiceName;
  /** For the reader: "Kafka 4.4.0". */
  title: string;
  logFile: string;
  /** Starts the process itself (no shell between) in its own process group, its output appended to `logFd`. */
  spawn: (logFd: number) => ChildProcess;
  /** Resolves when it serves; `logFrom` is where its lines begin in the log. */
  ready: (at: { logFrom: number; signal: AbortSignal }) => Promise<void>;
  stopSignal: NodeJS.Signals;
  /** How long it may take to stop before it is killed. */
  graceMs: number;
  /** An end that no restart can mend: the message for the reader, else null. */
  hopeless?: (exitCode: number | null) => string | null;
};

export type ServiceEvents = {
  /** A process runs now (the first or a new one). */
  spawned: (name: ServiceName, pid: number) => void;
  report: (line: string) => void;
  /** It died again and again: everything must stop. */
  gaveUp: (reason: string) => void;
};

export type Service = {
  name: ServiceName;
  pid: () => number | null;
  /** Starts it and waits until it is ready. @throws StartError with the log's last lines */
  start: () => Promise<void>;
  /** Ends it in its own time and starts it anew; resolves when the new one is ready. @throws StartError when that can't be kept alive */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
  /** No patience left: ends it at once. */
  kill: () => void;
};

type Life = {
  child: ChildProcess;
  since: number;
  logFrom: number;
  ended: Promise<string>;
  over: AbortController;
};

/**
 * Keeps one process alive: a death is reported with the log's last lines and followed by a restart with a growing pause,
 * until too many short lives in a row (backoff.ts) end everything.
 */
export function superviseService(spec: ServiceSpec, events: ServiceEvents): Service {
  let life: Life | null = null;
  let stopping = false;
  /** Its next end was asked for. */
  let restarting = false;
  let deaths: Deaths = { inARow: 0 };
  let firstReady: { resolve: () => void; reject: (error: Error) => void } | null = null;
  const wake = new AbortController();

  const logOf = (from: number) =>
    lastLines(spec.logFile, 15, from)
      .map((line) => `    ${line}`)
      .join('\n');
  const giveUp = (reason: string) => {
    if (firstReady) firstReady.reject(new StartError(reason));
    else events.gaveUp(reason);
    firstReady = null;
  };

  function spawnOnce(): Life {
    const log = openLog(spec.logFile);
    const child = spec.spawn(log.fd);
    log.close();
    const over = new AbortController();
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`can't be started: ${error.message}`));
      child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with ${code}`));
    }).finally(() => over.abort());
    life = { child, since: Date.now(), logFrom: log.size, ended, over };
    if (child.pid !== undefined) events.spawned(spec.name, child.pid);
    return life;
  }

  async function awaitReady(current: Life): Promise<void> {
    try {
      await spec.ready({ logFrom: current.logFrom, signal: current.over.signal });
      firstReady?.resolve();
      firstReady = null;
      if (deaths.inARow > 0 && !stopping) events.report(`${spec.title} runs again.`);
    } catch (error) {
      if (current.over.signal.aborted) return; // its end is dealt with in `live`
      events.report(`${spec.title} did not get ready: ${messageOf(error)}. Ending it.`);
      killGroup(current.child.pid, 'SIGKILL');
    }
  }

  async function live(): Promise<void> {
    while (!stopping) {
      const current = spawnOnce();
      void awaitReady(current);
      const how = await current.ended;
      killGroup(current.child.pid, 'SIGKILL'); // children that it left behind
      if (stopping) return;
      if (restarting) {
        restarting = false;
        continue;
      }
      const hopeless = spec.hopeless?.(current.child.exitCode);
      if (hopeless) return giveUp(hopeless);
      const next = afterDeath(deaths, Date.now() - current.since);
      deaths = next.deaths;
      const lines = `${spec.title} ${how}. The last lines of ${spec.logFile}:\n${logOf(current.logFrom)}`;
      if (next.action.kind === 'give_up')
        return giveUp(`${lines}\n${spec.title} died ${deaths.inARow} times in a row, so everything stops.`);
      events.report(`${lines}\n    Starting it again in ${next.action.waitMs / 1000} s.`);
      await sleep(next.action.waitMs, undefined, { signal: wake.signal }).catch(() => undefined);
    }
  }

  /** Asks it to stop, and ends it when its time is over. */
  async function end({ child, ended }: Life): Promise<void> {
    child.kill(spec.stopSignal);
    const late = setTimeout(() => {
      events.report(`${spec.title} did not stop within ${spec.graceMs / 1000} s: killed.`);
      killGroup(child.pid, 'SIGKILL');
    }, spec.graceMs);
    await ended;
    clearTimeout(late);
    killGroup(child.pid, 'SIGKILL'); // children that it left behind
  }

  return {
    name: spec.name,
    pid: () =>
      life && life.child.exitCode === null && life.child.signalCode === null
        ? (life.child.pid ?? null)
        : null,
    start: () =>
      new Promise<void>((resolve, reject) => {
        firstReady = { resolve, reject };
        live().catch((error) => giveUp(`${spec.title}: ${messageOf(error)}`));
      }),
    restart: async () => {
      if (stopping || firstReady || !life) throw new StartError(`${spec.title} is not running yet.`);
      const ready = new Promise<void>((resolve, reject) => {
        firstReady = { resolve, reject };
      });
      // One that has just died is started anew as it is, by what was watching it.
      if (!life.over.signal.aborted) {
        restarting = true;
        await end(life);
      }
      await ready;
    },
    stop: async () => {
      stopping = true;
      wake.abort();
      firstReady?.reject(new StartError(`${spec.title} was stopped while it started.`));
      firstReady = null;
      if (!life || life.over.signal.aborted) return;
      await end(life);
    },
    kill: () => {
      stopping = true;
      wake.abort();
      killGroup(life?.child.pid, 'SIGKILL');
    },
  };
}
