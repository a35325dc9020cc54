import {
  formatBig,
  formatBytes,
  formatCount,
  formatDuration,
  formatOffset,
  formatPercent,
  formatRate,
} from './format.ts';

/** Stands where a number was not read. Never 0. `why` is what a person would ask next. */
export function Unknown({ why, word = '–' }: { why: string; word?: string }) {
  return (
    <span className="text-faint" title={why}>
      <span aria-hidden="true">{word}</span>
      <span className="sr-only">unknown: {why}</span>
    </span>
  );
}

type Common = {
  /** Shown instead, when null. */
  why?: string | undefined;
  /** Where the number comes from, on hover. */
  source?: string | undefined;
  className?: string | undefined;
};

function Value({ text, unit, source, className = '' }: { text: string; unit?: string | undefined } & Common) {
  return (
    <span className={`whitespace-nowrap tabular-nums ${className}`} title={source}>
      {text}
      {unit ? <span className="text-faint"> {unit}</span> : null}
    </span>
  );
}

const notRead = 'not read yet';

/** A count with its unit: `18,204 records`. In a column whose header names the unit, leave `unit` out. */
export function Quantity({
  value,
  unit,
  why = notRead,
  ...rest
}: Common & { value: number | string | null; unit?: string | undefined }) {
  if (value === null) return <Unknown why={why} />;
  return (
    <Value text={typeof value === 'string' ? formatBig(value) : formatCount(value)} unit={unit} {...rest} />
  );
}

/** Per second unless told otherwise: `48/s`. */
export function Rate({
  value,
  per = 's',
  why = notRead,
  ...rest
}: Common & { value: number | null; per?: string }) {
  if (value === null) return <Unknown why={why} />;
  return <Value text={`${formatRate(value)}/${per}`} {...rest} />;
}

/** Milliseconds in, `3 h 10 min` out; `±` for a known error. */
export function Duration({
  ms,
  errorMs = null,
  why = notRead,
  ...rest
}: Common & { ms: number | null; errorMs?: number | null }) {
  if (ms === null) return <Unknown why={why} />;
  const error = errorMs !== null && errorMs >= 1000 ? ` ± ${formatDuration(errorMs)}` : '';
  return <Value text={`${formatDuration(ms)}${error}`} {...rest} />;
}

export function Bytes({ value, why = notRead, ...rest }: Common & { value: number | null }) {
  if (value === null) return <Unknown why={why} />;
  return <Value text={formatBytes(value)} {...rest} source={rest.source ?? `${formatCount(value)} bytes`} />;
}

export function Percent({ ratio, why = notRead, ...rest }: Common & { ratio: number | null }) {
  if (ratio === null) return <Unknown why={why} />;
  return <Value text={formatPercent(ratio)} {...rest} />;
}

/** An offset in mono, ungrouped: it is a name, to be copied whole. */
export function OffsetText({
  value,
  why = notRead,
  className = '',
}: {
  value: string | null;
  why?: string;
  className?: string;
}) {
  if (value === null) return <Unknown why={why} />;
  return <span className={`font-mono text-[0.92em] ${className}`}>{formatOffset(value)}</span>;
}

/** `orders.v1-3 @ 88412`, as Kafka's own tools write a coordinate. */
export function Coordinate({
  topic,
  partition,
  offset,
}: {
  topic: string;
  partition: number;
  offset: string;
}) {
  return (
    <span className="font-mono text-[0.92em] [overflow-wrap:anywhere]">
      {topic}-{partition} @ {offset}
    </span>
  );
}
