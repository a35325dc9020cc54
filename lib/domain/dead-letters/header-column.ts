import { conventionSpecs, type Meaning } from './convention-spec.ts';

/** Of the headers that are indexed for filters: see searchable-headers.ts. */
export const headerLimits = {
  names: 64,
  valuesOfName: 8,
  valueBytes: 256,
  nameBytes: 256,
  totalBytes: 4096,
} as const;

const columnOf: Readonly<Partial<Record<Meaning, string>>> = {
  topic: 'origin.topic',
  inputAddress: 'origin.topic',
  partition: 'origin.partition',
  offset: 'origin.offset',
  timestamp: 'origin.at',
  group: 'origin.group',
  attempts: 'attempts',
  retries: 'attempts',
  exceptionClass: 'exceptionClass',
  keyExceptionClass: 'exceptionClass',
  message: 'exceptionMessage',
  keyMessage: 'exceptionMessage',
  stacktrace: 'topFrame',
  keyStacktrace: 'topFrame',
};
const columns: ReadonlyMap<string, string> = new Map(
  conventionSpecs.flatMap(({ fields }) =>
    fields.flatMap(({ name, meaning }) => {
      const column = columnOf[meaning];
      return column === undefined ? [] : [[name, column] as const];
    }),
  ),
);

const described: ReadonlySet<string> = new Set(
  conventionSpecs.flatMap(({ fields }) => fields.map(({ name }) => name)),
);

/** Whether any convention says how a header of this name is written; others are text, if they are text. */
export const isConventionHeader = (name: string): boolean => described.has(name);

/**
 * The column into which every convention's header of this name is read, so that it is not kept a second time; null for others. It goes by
 * the name alone, whatever the record's convention: a filter that names the header is told so before it is run.
 */
export const headerColumn = (name: string): string | null => columns.get(name) ?? null;
