/** Why a broker call failed, in a closed list; every adapter translates its client's errors into these. */
export const brokerFailureKinds = [
  'unreachable',
  'timed_out',
  'not_authorized',
  'unknown_topic',
  'unknown_topic_id',
  'offset_out_of_range',
  'record_too_large',
  'fenced',
  'unsupported',
  'rejected',
] as const;
export type BrokerFailureKind = (typeof brokerFailureKinds)[number];

export class BrokerFailure extends Error {
  readonly kind: BrokerFailureKind;
  constructor(kind: BrokerFailureKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BrokerFailure';
    this.kind = kind;
  }
}
