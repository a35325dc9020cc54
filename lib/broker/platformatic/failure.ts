import {
  AuthenticationError,
  MultipleErrors,
  NetworkError,
  ProtocolError,
  protocolErrors,
  protocolErrorsCodesById,
  UnsupportedApiError,
  UnsupportedError,
} from '@platformatic/kafka';
import { BrokerFailure, type BrokerFailureKind } from '../port/failure.ts';

/** Kafka's error names (protocol guide, "Error Codes") that mean something of their own to Sluice; the rest is `rejected`. */
const kinds: Readonly<Record<string, BrokerFailureKind>> = {
  OFFSET_OUT_OF_RANGE: 'offset_out_of_range',
  UNKNOWN_TOPIC_OR_PARTITION: 'unknown_topic',
  UNKNOWN_TOPIC_ID: 'unknown_topic_id',
  INCONSISTENT_TOPIC_ID: 'unknown_topic_id',
  MESSAGE_TOO_LARGE: 'record_too_large',
  RECORD_LIST_TOO_LARGE: 'record_too_large',
  REQUEST_TIMED_OUT: 'timed_out',
  LEADER_NOT_AVAILABLE: 'unreachable',
  NOT_LEADER_OR_FOLLOWER: 'unreachable',
  REPLICA_NOT_AVAILABLE: 'unreachable',
  BROKER_NOT_AVAILABLE: 'unreachable',
  NETWORK_EXCEPTION: 'unreachable',
  COORDINATOR_NOT_AVAILABLE: 'unreachable',
  COORDINATOR_LOAD_IN_PROGRESS: 'unreachable',
  NOT_COORDINATOR: 'unreachable',
  TOPIC_AUTHORIZATION_FAILED: 'not_authorized',
  GROUP_AUTHORIZATION_FAILED: 'not_authorized',
  CLUSTER_AUTHORIZATION_FAILED: 'not_authorized',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'not_authorized',
  SASL_AUTHENTICATION_FAILED: 'not_authorized',
  UNSUPPORTED_SASL_MECHANISM: 'not_authorized',
  UNSUPPORTED_VERSION: 'unsupported',
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 'unsupported',
  PRODUCER_FENCED: 'fenced',
  INVALID_PRODUCER_EPOCH: 'fenced',
  TRANSACTION_COORDINATOR_FENCED: 'fenced',
};

/** The failure for an error code that stands inside an answer. @param what the call and its subject, for the message */
export function failureOfCode(code: number, what: string, detail: string | null = null): BrokerFailure {
  const name = protocolErrorsCodesById[code] ?? `error ${code}`;
  const said = detail ?? protocolErrors[name]?.message ?? '';
  return new BrokerFailure(kinds[name] ?? 'rejected', `${what}: ${name}${said ? ` (${said})` : ''}`);
}

/** Kafka's name of the error inside, if a broker sent one. */
export function protocolErrorName(error: unknown): string | null {
  if (error instanceof ProtocolError) return String(Reflect.get(error, 'apiId'));
  for (const inner of innerErrors(error)) {
    const name = protocolErrorName(inner);
    if (name) return name;
  }
  return null;
}

function innerErrors(error: unknown): unknown[] {
  if (error instanceof MultipleErrors) return error.errors;
  return error instanceof Error && error.cause !== undefined ? [error.cause] : [];
}

const deepest = (error: unknown): string => {
  const inner = innerErrors(error)[0];
  if (inner !== undefined) return deepest(inner);
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses comes as an AggregateError without a message.
  return error.message || String(Reflect.get(error, 'code') ?? error.name);
};

const has = (error: unknown, test: (e: unknown) => boolean): boolean =>
  test(error) || innerErrors(error).some((inner) => has(inner, test));

const isTimeout = (error: unknown) =>
  // The client's TimeoutError carries the code of a NetworkError (2.12.1), so the message is what tells.
  error instanceof Error && /timed out/i.test(error.message);

/** True when sending the same read again on a fresh connection may help. */
export const isConnectionLoss = (error: unknown): boolean =>
  has(error, (e) => e instanceof NetworkError) && !has(error, isTimeout);

/**
 * The one place where the client's errors become the port's.
 * @param what the call and its subject, for the message: "Fetch orders.v1-3"
 */
export function toBrokerFailure(error: unknown, what: string): BrokerFailure {
  if (error instanceof BrokerFailure) return error;
  const message = `${what}: ${deepest(error)}`;
  const name = protocolErrorName(error);
  const named = name === null ? undefined : kinds[name];
  if (named) return new BrokerFailure(named, `${what}: ${name} (${deepest(error)})`, error);
  if (has(error, (e) => e instanceof AuthenticationError))
    return new BrokerFailure('not_authorized', message, error);
  if (name !== null) return new BrokerFailure('rejected', `${what}: ${name} (${deepest(error)})`, error);
  if (has(error, isTimeout))
    return new BrokerFailure(isConnectTimeout(error) ? 'unreachable' : 'timed_out', message, error);
  if (has(error, (e) => e instanceof NetworkError)) return new BrokerFailure('unreachable', message, error);
  if (has(error, (e) => e instanceof UnsupportedApiError || e instanceof UnsupportedError))
    return new BrokerFailure('unsupported', message, error);
  return new BrokerFailure('rejected', message, error);
}

const isConnectTimeout = (error: unknown) =>
  has(error, (e) => e instanceof Error && /^Connection .*timed out/.test(e.message));
