import { conventions, failureVerdicts } from '../convention.ts';
import { dispositions } from '../disposition.ts';

export type ValueType = 'text' | 'number' | 'time' | 'duration' | 'yes/no';

export type FieldSpec = {
  readonly type: 'text' | 'number' | 'time' | 'yes/no';
  /** Whether it can be unknown. */
  readonly nullable: boolean;
  /** All values that there are, of a closed list. */
  readonly values?: readonly string[];
  /** Characters of a long value, for the cost of looking into it (messages can have 4,000, and seldom do); 0 for what has no length. */
  readonly length: number;
  /** Few enough different values in a topic to be offered as they are. */
  readonly few: boolean;
  readonly about: string;
};

const spec = (
  type: FieldSpec['type'],
  about: string,
  more: Partial<Omit<FieldSpec, 'type' | 'about'>> = {},
): FieldSpec => ({ type, about, nullable: false, length: type === 'text' ? 64 : 0, few: false, ...more });

/** What a filter can ask about: the index's columns by the names that the API's rows have. */
export const filterFields = {
  partition: spec('number', 'Partition of the dead-letter topic'),
  offset: spec('number', 'Offset in the dead-letter topic'),
  at: spec('time', 'When it was dead-lettered'),
  key: spec('text', 'Key as text (needs the payload permission)', { nullable: true, length: 256 }),
  valueBytes: spec('number', 'Size of the value in bytes; unknown for a tombstone', { nullable: true }),
  convention: spec('text', 'Header convention', { values: conventions }),
  'origin.topic': spec('text', 'Topic that the record came from', { nullable: true, length: 249, few: true }),
  'origin.partition': spec('number', 'Partition that it came from', { nullable: true }),
  'origin.offset': spec('number', 'Offset that it came from', { nullable: true }),
  'origin.at': spec('time', 'Timestamp of the original record', { nullable: true }),
  'origin.group': spec('text', 'Consumer group that failed', { nullable: true, length: 249, few: true }),
  exceptionClass: spec('text', 'Exception class', { nullable: true, length: 500, few: true }),
  exceptionMessage: spec('text', 'Exception message', { nullable: true, length: 1000 }),
  topFrame: spec('text', 'Top application frame of the stack trace', {
    nullable: true,
    length: 500,
    few: true,
  }),
  attempts: spec('number', 'Attempts before it was dead-lettered', { nullable: true }),
  fingerprint: spec('text', 'Failure group', { few: true }),
  verdict: spec('text', 'What kind of trouble it is', { values: failureVerdicts }),
  disposition: spec('text', 'What has become of it', { values: dispositions }),
  pointer: spec('yes/no', 'A share group’s dead letter without the payload'),
  lineageRoot: spec('text', 'First record of its lineage, as topic-partition-offset', { length: 300 }),
} as const satisfies Readonly<Record<string, FieldSpec>>;

export type FieldName = keyof typeof filterFields;
export const fieldNames = Object.keys(filterFields) as FieldName[];
export const isFieldName = (name: string): name is FieldName => Object.hasOwn(filterFields, name);
export const fieldSpec = (name: FieldName): FieldSpec => filterFields[name];

/** Not a field but the place of all headers: `headers["name"]`. */
export const headersName = 'headers';
/** When the filter is run, or when a replay by it was planned. */
export const nowName = 'now';

export const textMethods = ['contains', 'startsWith', 'endsWith'] as const;
export type TextMethod = (typeof textMethods)[number];
export const lowerMethod = 'lowerAscii';
export const functionNames = ['has', 'timestamp', 'duration'] as const;
