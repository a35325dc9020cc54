import type { ProtoDatum, ProtoMessageDatum } from './decode.ts';

const textOfKey = (datum: ProtoDatum | undefined): string => {
  if (datum === undefined || datum.kind === 'message') return '';
  return datum.kind === 'bytes' ? '' : String(datum.value);
};

/** The key of a map's entry as text; one that is left out is its type's zero. */
export function keyOf(entry: ProtoMessageDatum): string {
  const key = entry.fields.get(1)?.values[0];
  if (key !== undefined) return textOfKey(key);
  const type = entry.message.fields.get(1)?.type;
  if (type?.kind !== 'scalar' || type.scalar === 'string') return '';
  return type.scalar === 'bool' ? 'false' : '0';
}
