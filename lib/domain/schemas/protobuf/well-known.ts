import { type SchemaValue, textValue } from '../value.ts';
import type { ProtoMessageDatum } from './decode.ts';

const [firstSecond, lastSecond] = [-62_135_596_800n, 253_402_300_799n];
const nanosMax = 1_000_000_000n;

const integerAt = (datum: ProtoMessageDatum, number: number): bigint => {
  const value = datum.fields.get(number)?.values[0];
  return value?.kind === 'integer' ? value.value : 0n;
};
/** The digits after the point, in threes, as Protobuf's JSON has them; empty for none. */
function fraction(nanos: bigint): string {
  const digits = nanos.toString().padStart(9, '0');
  const kept = digits.replace(/(?:000){1,3}$/, '');
  return kept === '' ? '' : `.${kept}`;
}

function timestamp(datum: ProtoMessageDatum): SchemaValue | null {
  const [seconds, nanos] = [integerAt(datum, 1), integerAt(datum, 2)];
  if (seconds < firstSecond || seconds > lastSecond || nanos < 0n || nanos >= nanosMax) return null;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return textValue(`${whole}${fraction(nanos)}Z`, [seconds.toString(), nanos.toString()]);
}

function duration(datum: ProtoMessageDatum): SchemaValue | null {
  const [seconds, nanos] = [integerAt(datum, 1), integerAt(datum, 2)];
  const size = nanos < 0n ? -nanos : nanos;
  if (size >= nanosMax || seconds * nanos < 0n) return null;
  const sign = seconds < 0n || nanos < 0n ? '-' : '';
  const whole = seconds < 0n ? -seconds : seconds;
  return textValue(`${sign}${whole}${fraction(size)}s`, [seconds.toString(), nanos.toString()]);
}

/** Times as they are read; null for any other message, and for a time that the calendar does not have. */
export function plainWellKnown(datum: ProtoMessageDatum): SchemaValue | null {
  if (datum.unknown.size > 0) return null;
  if (datum.message.name === 'google.protobuf.Timestamp') return timestamp(datum);
  return datum.message.name === 'google.protobuf.Duration' ? duration(datum) : null;
}
