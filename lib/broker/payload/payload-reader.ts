import { type ChildProcess, fork } from 'node:child_process';
import type { ClusterConfig } from '#lib/config/config.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { type BrokerFailureKind, brokerFailureKinds } from '../port/failure.ts';
import { type Examined, requestedBytes } from '../sources/examine-records.ts';
import type {
  Answer,
  CheckAnswer,
  CheckRequest,
  ExamineQuestion,
  FromChild,
  PayloadRequest,
  Question,
  SearchRequest,
  SearchView,
  SourceRequest,
  SourceView,
  ToChild,
} from './protocol.ts';

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
  /**
   * What a dead letter without payload points at, with key, value and headers as they may be shown, or why it is not there.
   * @throws SluiceError as `read` does
   */
  readSource(request: SourceRequest): Promise<SourceView>;
  /**
   * Looks into records of one partition, for as long as the request allows, and says how far it came. Readings of single records go before: at
   * most two searches are under way.
   * @throws SluiceError as `read` does; `record_gone` when the topic is
   */
  search(request: SearchRequest): Promise<SearchView>;
  /**
   * Holds records of one partition against their contract, for as long as the request allows. It stands in line with searches.
   * @throws SluiceError as `search` does
   */
  check(request: CheckRequest): Promise<CheckAnswer>;
  /**
   * Examines records for a plan: of two plans at once, whatever their number; readings of single records go on beside it.
   * @throws SluiceError as `search` does
   */
  examine(request: ExamineQuestion): Promise<Examined>;
  /** Starts the child, unless it runs: resolves when it can be asked at once. @throws SluiceError `payload_unavailable` */
  start(): Promise<void>;
  close(): Promise<void>;
};

/** A child and the time when it can be asked; rejects when it ends before. */
type Running = { process: ChildProcess; ready: Promise<void> };
type Pending = { resolve: (answer: Answer) => void; reject: (error: SluiceError) => void };

const heapMegabytes = 192;
/**
 * What is read lies outside of the heap and is let go of with each answer. With incremental marking, every few of them made the collector look through all
 * of the heap, step by step, for nothing: a quarter of the time in which a plan's records were read.
 */
const childFlags = [`--max-old-space-size=${heapMegabytes}`, '--no-incremental-marking', '--expose-gc'];
const parallelReads = 4;
const parallelSearches = 2;
const parallelExaminations = 2;
/** A broker that gives less is too slow to plan with. */
const leastBytesPerMs = 2000;
const startMaxMs = 30_000;
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

/** Only what a Node process needs to run, and whom it trusts: no connection string, no secret. */
const childEnvironment = (): NodeJS.ProcessEnv => ({
  NODE_ENV: process.env.NODE_ENV,
  ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
  // A fifth of the time in which it starts goes into compiling what it loads.
  ...(process.env.NODE_COMPILE_CACHE === undefined
    ? {}
    : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
  ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }),
  ...(process.env.NODE_EXTRA_CA_CERTS === undefined
    ? {}
    : { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS }),
});

/** Lets at most `most` pieces of work be under way, in the order in which they came. */
function createTurns(most: number) {
  const queue: (() => void)[] = [];
  let working = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    // Whoever has waited takes over the place of the one that ended.
    if (working >= most) await new Promise<void>((go) => queue.push(go));
    else working += 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else working -= 1;
    }
  };
}

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
  let child: Running | null = null;
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

  const start = (): Running => {
    const file = [process.cwd(), options.file ?? childFile].join('/');
    const started = fork(/* turbopackIgnore: true */ file, [], {
      execPath: process.execPath,
      execArgv: childFlags,
      env: childEnvironment(),
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // It must not keep this process alive: reads hold their own timers.
    started.unref();
    started.channel?.unref();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Nobody may be waiting when it fails: those under way are told one by one.
    promise.catch(() => undefined);
    const running: Running = { process: started, ready: promise };
    const starting = setTimeout(() => started.kill('SIGKILL'), startMaxMs);
    started.on('message', (message: FromChild) => {
      if (message.kind === 'ready') {
        clearTimeout(starting);
        resolve();
      } else if (message.kind === 'failed')
        settle(message.id)?.reject(failureOf(message.failure, message.message));
      else settle(message.id)?.resolve(message);
    });
    const ended = (why: string) => {
      clearTimeout(starting);
      if (child !== running) return;
      child = null;
      const detail = `The process that decodes payloads ended (${why}) while it read this record. Try again.`;
      if (!closed) log(`ended (${why}); the next read starts another`);
      reject(unavailable(detail));
      failAll(detail);
    };
    started.on('error', (error) => ended(error.message));
    started.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    const opening: ToChild = {
      kind: 'open',
      clusters: clusters.map((cluster) => ({ ...cluster, writeProperties: {} })),
    };
    started.send(opening);
    return running;
  };

  const whenReady = async (): Promise<Running> => {
    if (closed) throw unavailable('The payload reader is closed.');
    child ??= start();
    const running = child;
    await running.ready;
    return running;
  };

  const ask = async (question: Question, maxMs = deadlineMs): Promise<Answer> => {
    const running = await whenReady();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    lastId += 1;
    const id = lastId;
    pending.set(id, { resolve, reject });
    const timer = setTimeout(() => {
      settle(id)?.reject(
        unavailable(`The record was not decoded within ${maxMs} ms; its process was stopped.`),
      );
      running.process.kill('SIGKILL');
    }, maxMs);
    const message: ToChild = { ...question, id };
    running.process.send(message, (error) => {
      if (error)
        settle(id)?.reject(unavailable(`The process that decodes payloads is gone: ${error.message}.`));
    });
    return promise.finally(() => clearTimeout(timer));
  };

  const reads = createTurns(parallelReads);
  const searches = createTurns(parallelSearches);
  const examinations = createTurns(parallelExaminations);
  const inTurn = (question: Question): Promise<Answer> => reads(() => ask(question));
  const notAsked = (answer: Answer) =>
    unavailable(`The process that decodes payloads answered with a ${answer.kind} that was not asked for.`);

  return {
    async read(request) {
      const answer = await inTurn({ kind: 'read', request });
      if (answer.kind !== 'record') throw notAsked(answer);
      return answer.record;
    },
    async readSource(request) {
      const answer = await inTurn({ kind: 'readSource', request });
      if (answer.kind !== 'source') throw notAsked(answer);
      return answer.source;
    },
    async search(request) {
      const answer = await searches(() => inTurn({ kind: 'search', request }));
      if (answer.kind !== 'found') throw notAsked(answer);
      return answer.found;
    },
    async check(request) {
      const answer = await searches(() => inTurn({ kind: 'check', request }));
      if (answer.kind !== 'checked') throw notAsked(answer);
      return answer.answer;
    },
    async examine(request) {
      const maxMs = deadlineMs + Math.ceil(requestedBytes(request) / leastBytesPerMs);
      const answer = await examinations(() => ask({ kind: 'examine', request }, maxMs));
      if (answer.kind !== 'examined') throw notAsked(answer);
      return answer.examined;
    },
    async start() {
      await whenReady();
    },
    async close() {
      closed = true;
      const last = child;
      if (!last) return;
      const exited = new Promise<void>((done) => last.process.once('exit', () => done()));
      last.process.kill('SIGKILL');
      await exited;
    },
  };
}
