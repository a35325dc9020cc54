import type { LogRecord } from '../kernel/record.ts';
import type { Convention } from './convention.ts';
import type { DeclaredMapping } from './declared-mapping.ts';
import { type Failure, readFailure } from './exception.ts';
import { type HeaderLayout, headerLayout } from './header-layout.ts';
import { coordinateOf, type Hop, type HopCoordinate, isComplete, numberOf, orderHops } from './hops.ts';

export type Origin = Omit<HopCoordinate, 'type'>;

/** What the headers of a dead letter say. What they don't say is null. */
export type DecodedDeadLetter = Failure & {
  convention: Convention;
  origin: Origin;
  /** How the origin was written and by whom: "int64 big-endian, Spring Kafka". */
  originProvenance: string;
  /** The record that the last failing consumer had read, when it is another one than the origin. */
  lastHop: Origin | null;
  attempts: number | null;
  /** Carries no payload of its own: key and value have to be fetched from the origin. */
  pointer: boolean;
};

export type DecodeOptions = {
  mapping?: DeclaredMapping | null;
  /** Share groups may name the topic by its id. @param base64Id Kafka's own text form of a topic id */
  topicNameOfId?: (base64Id: string) => string | null;
};

const unknownOrigin: Origin = { topic: null, partition: null, offset: null, atMs: null, group: null };
const noFailure: Failure = {
  exceptionClass: null,
  exceptionMessage: null,
  exceptionChain: [],
  stacktrace: null,
};
const attemptsMax = 2n ** 31n - 1n;

function attemptsOf(hop: Hop): number | null {
  const retries = numberOf(hop, 'retries');
  const next = numberOf(hop, 'nextAttempt');
  if (next !== null) return next <= 1n || next > attemptsMax ? null : Number(next - 1n);
  const attempts = numberOf(hop, 'attempts') ?? (retries === null ? null : retries + 1n);
  return attempts === null || attempts < 0n || attempts > attemptsMax ? null : Number(attempts);
}

const toOrigin = ({ topic, partition, offset, atMs, group }: HopCoordinate): Origin => ({
  topic,
  partition,
  offset,
  atMs,
  group,
});
const sameRecord = (a: Origin, b: Origin) =>
  a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;

/** Streams names the topic that it had read, also its own `<application>-<name>-repartition`: whose record stood behind that, nobody wrote down. */
const isRepartitioned = (hop: Hop, coordinate: HopCoordinate): boolean =>
  hop.spec.convention === 'kafka-streams' && (coordinate.topic?.endsWith('-repartition') ?? false);

/**
 * Decodes a dead letter by the names of its headers. The origin is the oldest complete hop of the chain, the failure that of the newest.
 * An operator's mapping goes before the known conventions. Never throws, whatever the bytes.
 * @param layout of just these headers, where it is known
 */
export function decodeDeadLetter(
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
  options: DecodeOptions = {},
  layout: HeaderLayout = headerLayout(record.headers, options.mapping ?? null),
): DecodedDeadLetter {
  const { headers } = record;
  const chain = orderHops(
    layout.hops.map((hops) =>
      hops.map(({ spec, found, firstPosition, lastPosition }) => ({
        spec,
        found,
        firstPosition,
        lastPosition,
        headers,
      })),
    ),
  );
  const newest = chain[0];
  if (!newest)
    return {
      ...noFailure,
      convention: 'none',
      origin: unknownOrigin,
      originProvenance: 'not in the record',
      lastHop: null,
      attempts: null,
      pointer: false,
    };
  const named = (coordinate: HopCoordinate): HopCoordinate =>
    coordinate.topic === null || newest.spec.convention !== 'share-group'
      ? coordinate
      : { ...coordinate, topic: options.topicNameOfId?.(coordinate.topic) ?? coordinate.topic };
  const hops = chain.map((hop) => ({ hop, coordinate: named(coordinateOf(hop)) }));
  const complete = hops.filter(({ coordinate }) => isComplete(coordinate));
  const oldest = complete.at(-1) ?? hops[0];
  const lost = oldest !== undefined && isRepartitioned(oldest.hop, oldest.coordinate);
  const origin = oldest && !lost ? toOrigin(oldest.coordinate) : unknownOrigin;
  const last = hops[0] ? toOrigin(hops[0].coordinate) : unknownOrigin;
  const several = complete.length > 1 ? `, first of ${complete.length} hops` : '';
  return {
    ...readFailure(newest),
    convention: newest.spec.convention,
    origin: { ...origin, group: origin.group ?? last.group },
    originProvenance: lost
      ? `not in the record: ${oldest.hop.spec.label} names the repartition topic that it had read`
      : oldest && oldest.coordinate.topic !== null
        ? `${oldest.coordinate.type}, ${oldest.hop.spec.label}${several}`
        : `not in the record (${newest.spec.label})`,
    lastHop: last.topic === null || sameRecord(origin, last) ? null : last,
    attempts: attemptsOf(newest),
    pointer: newest.spec.convention === 'share-group' && record.key === null && record.value === null,
  };
}
