import { type Hop, textOf } from './hops.ts';

export type Failure = {
  exceptionClass: string | null;
  exceptionMessage: string | null;
  /** Outermost first, wrappers included. */
  exceptionChain: readonly string[];
  stacktrace: string | null;
};

/** Classes that carry somebody else's exception (seen on real records of each framework). */
const wrappers = new Set([
  'org.springframework.kafka.listener.ListenerExecutionFailedException',
  'org.springframework.kafka.listener.TimestampedException',
  'org.springframework.kafka.KafkaException',
  'org.springframework.messaging.MessageHandlingException',
  'org.springframework.messaging.MessagingException',
  'org.springframework.retry.ExhaustedRetryException',
  'org.springframework.core.retry.RetryException',
  'org.apache.kafka.streams.errors.StreamsException',
  'org.apache.kafka.streams.errors.internals.FailedProcessingException',
  'io.smallrye.reactive.messaging.ProcessingException',
  'io.smallrye.reactive.messaging.providers.ProcessingException',
  'java.util.concurrent.CompletionException',
  'java.util.concurrent.ExecutionException',
  'java.lang.reflect.InvocationTargetException',
  'java.lang.reflect.UndeclaredThrowableException',
  'System.AggregateException',
  'System.Reflection.TargetInvocationException',
]);

const chainMax = 16;
const stackScanMax = 128 * 1024;
const lineMax = 2000;
/** A name has to be of several parts. `$` is a letter here and no separator, since in both places it would be tried both ways without end. */
const className = /^(?:Caused by: )?([\w$]+(?:[./][\w$]+)*)(?::\s?(.*))?$/;
const severalParts = (name: string) => /[.$/]/.test(name.slice(1, -1));
const causedBy = '\nCaused by: ';

type Thrown = { name: string; message: string | null };

/** The classes and messages that a Java stack trace names, outermost first. Lines are bounded, so hostile traces cost no more than their length. */
export function thrownInTrace(trace: string): Thrown[] {
  const thrown: Thrown[] = [];
  const scanned = trace.slice(0, stackScanMax);
  for (let from = 0; from >= 0 && thrown.length < chainMax; ) {
    const lineEnd = scanned.indexOf('\n', from);
    const line = scanned.slice(from, Math.min(lineEnd < 0 ? scanned.length : lineEnd, from + lineMax));
    const match = className.exec(line.trimEnd());
    if (match?.[1] && severalParts(match[1])) thrown.push({ name: match[1], message: match[2] || null });
    const next = lineEnd < 0 ? -1 : scanned.indexOf(causedBy, lineEnd);
    from = next < 0 ? -1 : next + 1;
  }
  return thrown;
}

const springPrefix = /^(?:Listener method '[^']*' threw exception|Listener failed)(?:; |$)/;
const nestedPrefix = /^nested exception is ([\w.$]+)(?:: |$)/;

/** "Listener method '…' threw exception; nested exception is a.B: no stock" says "no stock". */
function unwrapMessage(message: string): string | null {
  const inner = message.replace(springPrefix, '').replace(nestedPrefix, '');
  return inner === '' ? null : inner;
}

/** Few: looking through them costs less than a set. */
function distinct(names: readonly (string | null)[]): string[] {
  const seen: string[] = [];
  for (const name of names) if (name !== null && name !== '' && !seen.includes(name)) seen.push(name);
  return seen;
}

/** The application's exception of a hop: framework wrappers are peeled off and stay in the chain. */
export function readFailure(hop: Hop): Failure {
  const forKey = hop.found.has('keyExceptionClass') && !hop.found.has('exceptionClass');
  const outer = textOf(hop, forKey ? 'keyExceptionClass' : 'exceptionClass');
  const message = textOf(hop, forKey ? 'keyMessage' : 'message');
  const stacktrace = textOf(hop, forKey ? 'keyStacktrace' : 'stacktrace');
  const cause = textOf(hop, 'causeClass');
  const traced = stacktrace === null ? [] : thrownInTrace(stacktrace);
  const chain = distinct([outer, cause, ...traced.map((each) => each.name)]).slice(0, chainMax);
  const own = chain.find((name) => !wrappers.has(name)) ?? null;
  return {
    exceptionClass: own,
    exceptionMessage: messageOf(own, {
      outer,
      message,
      causeMessage: textOf(hop, 'causeMessage'),
      cause,
      traced,
    }),
    exceptionChain: chain,
    stacktrace,
  };
}

function messageOf(
  own: string | null,
  from: {
    outer: string | null;
    message: string | null;
    cause: string | null;
    causeMessage: string | null;
    traced: readonly Thrown[];
  },
): string | null {
  if (own === null || own === from.outer) return from.message;
  if (own === from.cause && from.causeMessage !== null) return from.causeMessage;
  const unwrapped = from.message === null ? null : unwrapMessage(from.message);
  if (own === from.cause && unwrapped !== null && unwrapped !== from.message) return unwrapped;
  return from.traced.find((each) => each.name === own)?.message ?? unwrapped;
}
