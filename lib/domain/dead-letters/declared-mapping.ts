import type { ConventionSpec, FieldSpec, Meaning } from './convention-spec.ts';
import type { HeaderEncoding } from './header-encoding.ts';

export type DeclaredMeaning =
  | 'originTopic'
  | 'originPartition'
  | 'originOffset'
  | 'originTimestamp'
  | 'group'
  | 'exceptionClass'
  | 'message'
  | 'stacktrace'
  | 'attempts';
/** An operator's mapping for home-made dead letters (config.md, `deadLetters.topics[].mapping`). */
export type DeclaredMapping = Readonly<
  Partial<Record<DeclaredMeaning, { header: string; as: 'text' | 'int32be' | 'int64be' }>>
>;

const meanings: Readonly<Record<DeclaredMeaning, readonly [Meaning, HeaderEncoding]>> = {
  originTopic: ['topic', 'text'],
  originPartition: ['partition', 'decimal'],
  originOffset: ['offset', 'decimal'],
  originTimestamp: ['timestamp', 'decimal'],
  group: ['group', 'text'],
  exceptionClass: ['exceptionClass', 'text'],
  message: ['message', 'text'],
  stacktrace: ['stacktrace', 'text'],
  attempts: ['attempts', 'decimal'],
};

/** The mapping in the form of a convention: `text` of a number means decimal text. The last of several equal headers counts. */
export function specOfMapping(mapping: DeclaredMapping): ConventionSpec {
  const fields: FieldSpec[] = [];
  for (const [declared, [meaning, defaultEncoding]] of Object.entries(meanings)) {
    const entry = mapping[declared as DeclaredMeaning];
    if (!entry) continue;
    fields.push({
      name: entry.header,
      meaning,
      as: entry.as === 'text' ? defaultEncoding : entry.as,
      perHop: false,
    });
  }
  return {
    convention: 'declared',
    label: 'declared mapping',
    newest: 'last',
    recognisedBy: fields.map((each) => [each.name]),
    fields,
    orDecimal: false,
    failurePrefixes: [],
  };
}
