/** Why a service gave up on a record, as its dead letter tells it. */
export type Failure = {
  exceptionClass: string;
  message: string;
  /** Frames of the application, innermost first, as a Java runtime prints them. */
  frames: readonly string[];
};

/** What of a consumed record its dead letter is written from. */
export type FailedRecord = {
  topic: string;
  partition: number;
  /** Decimal. */
  offset: string;
  /** Milliseconds since 1970, decimal. */
  timestamp: string;
  group: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: ReceivedHeaders;
};

/** As kafkajs hands them over: a name that occurs twice has an array. */
export type ReceivedHeaders = Readonly<
  Record<string, Buffer | string | (Buffer | string)[] | null | undefined>
>;

/** Name to values, in writing order. */
export type DeadLetterHeaders = Map<string, Buffer[]>;

const toBuffer = (value: Buffer | string | null) =>
  value === null ? Buffer.alloc(0) : Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8');

/** The record's own headers, to be carried over. kafkajs can't write a null value: it becomes an empty one. */
export function carriedHeaders(headers: ReceivedHeaders): DeadLetterHeaders {
  const carried: DeadLetterHeaders = new Map();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    carried.set(name, Array.isArray(value) ? value.map(toBuffer) : [toBuffer(value)]);
  }
  return carried;
}

/** Adds after what is there already: the newest is the last. */
export function append(headers: DeadLetterHeaders, name: string, value: Buffer | string): void {
  headers.set(name, [...(headers.get(name) ?? []), toBuffer(value)]);
}

export const int32be = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

export const int64be = (decimal: string): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(decimal));
  return bytes;
};

/** `java.lang.Throwable.printStackTrace`, for the frames that are known. */
export const stackTrace = ({ exceptionClass, message, frames }: Failure): string =>
  [`${exceptionClass}: ${message}`, ...frames.map((frame) => `\tat ${frame}`)].join('\n');
