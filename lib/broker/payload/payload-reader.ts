import { type ChildProcess, fork } from 'node:child_process';
import type { ClusterConfig } from '#lib/config/config.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { type BrokerFailureKind, brokerFailureKinds } from '../port/failure.ts';
import type { FromChild, PayloadRequest, ToChild } from './protocol.ts';

/**
 * Reads records in a process of its own, so that a hostile payload can take down nothing but that, and unmasked bytes never enter the
 * process that answers browsers (design.md, Processes).
 */
export type PayloadReader = {
  /**
   * The record as it may be shown; null when it is no longer in the log.
   * @throws SluiceError `payload_unavailable` when the child died, ran out of time or can't expand the record; `broker_unavailable`
   */
  read(request: PayloadRequest): Promise<RecordView | null>;
  close(): Promise<void>;
};

type Pending = { resolve: (record: RecordView | null) => void; reject: (error: SluiceError) => void };

const heapMegabytes = 192;
const parallelReads = 4;
const away: readonly BrokerFailureKind[] = ['unreachable', 'timed_out', 'not_authorized'];

/** Below the project's root, where every process of Sluice runs: the bundle of the web server has no such file. */
const childFile = 'lib/broker/payload/payload-child.ts';

const unavailable = (detail: string) => new SluiceError('payload_unavailable', detail);

function failureOf(failure: string | null, message: string): SluiceError {
  const kind = brokerFailureKinds.find((each) => each === failure);
  if (kind && away.includes(kind)) return new SluiceError('broker_unavailable', message);
  if (kind === 'unknown_topic' || kind === 'unknown_topic_id')
    return new SluiceError('record_gone', `The topic was deleted or recreated. ${message}`);
  return unavailable(`The record can't be shown: ${message}`);
}

/** Only what a Node process needs to run: no connection string, no secret. */
const childEnvironment = (): NodeJS.ProcessEnv => ({
  NODE_ENV: process.env.NODE_ENV,
  ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
  ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }),
});

/**
 * Starts its child with the first read, and again when it has died.
 * @param clusters with the read-only principal; sent over the pipe, never by environment or arguments
 */
export function createPayloadReader(
  clusters: readonly ClusterConfig[],
  options: { deadlineMs?: number; file?: string; log?: (message: string) => void } = {},
): PayloadReader {
  const deadlineMs = options.deadlineMs ?? 15_000;
  const log = options.log ?? ((message: string) => console.error(`payload reader: ${message}`));
  const pending = new Map<number, Pending>();
  const queue: (() => void)[] = [];
  let child: ChildProcess | null = null;
  let reading = 0;
  let lastId = 0;
  let closed = false;

  const settle = (id: number): Pending | undefined => {
    const found = pending.get(id);
    pending.delete(id);
    return found;
  };
  const failAll = (detail: string) => {
    for (const id of [...pending.keys()]) settle(id)?.reject(unavailable(detail));
  };

  const start = (): ChildProcess => {
    const file = [process.cwd(), options.file ?? childFile].join('/');
    const started = fork(/* turbopackIgnore: true */ file, [], {
      execPath: process.execPath,
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      env: childEnvironment(),
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // It must not keep this process alive: reads hold their own timers.
    started.unref();
    started.channel?.unref();
    started.on('message', (message: FromChild) => {
      const waiting = settle(message.id);
      if (message.kind === 'record') waiting?.resolve(message.record);
      else waiting?.reject(failureOf(message.failure, message.message));
    });
    const ended = (why: string) => {
      if (child !== started) return;
      child = null;
      if (!closed) log(`ended (${why}); the next read starts another`);
      failAll(`The process that decodes payloads ended (${why}) while it read this record. Try again.`);
    };
    started.on('error', (error) => ended(error.message));
    started.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    const opening: ToChild = {
      kind: 'open',
      clusters: clusters.map((cluster) => ({ ...cluster, writeProperties: {}, schemaRegistry: null })),
    };
    started.send(opening);
    return started;
  };

  const ask = (request: PayloadRequest): Promise<RecordView | null> =>
    new Promise((resolve, reject) => {
      child ??= start();
      const asked = child;
      lastId += 1;
      const id = lastId;
      const timer = setTimeout(() => {
        settle(id)?.reject(
          unavailable(`The record was not decoded within ${deadlineMs} ms; its process was stopped.`),
        );
        asked.kill('SIGKILL');
      }, deadlineMs);
      pending.set(id, {
        resolve: (record) => {
          clearTimeout(timer);
          resolve(record);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      const message: ToChild = { kind: 'read', id, request };
      asked.send(message, (error) => {
        if (error)
          settle(id)?.reject(unavailable(`The process that decodes payloads is gone: ${error.message}.`));
      });
    });

  return {
    async read(request) {
      if (closed) throw unavailable('The payload reader is closed.');
      if (reading >= parallelReads) await new Promise<void>((go) => queue.push(go));
      reading += 1;
      try {
        return await ask(request);
      } finally {
        reading -= 1;
        queue.shift()?.();
      }
    },
    async close() {
      closed = true;
      const last = child;
      if (!last) return;
      const exited = new Promise<void>((done) => last.once('exit', () => done()));
      last.kill('SIGKILL');
      await exited;
    },
  };
}
