import type { FieldName, headersName } from './fields.ts';

export const completionKinds = ['field', 'function', 'operator', 'value'] as const;
export type CompletionKind = (typeof completionKinds)[number];

export type Completion = {
  /** Stands in place of what was typed. */
  text: string;
  kind: CompletionKind;
  about: string;
};
export type Completions = {
  /** What a completion replaces, in UTF-16 units. */
  from: number;
  to: number;
  items: Completion[];
  /** Whose values, as the index has them, would fit here too; `headers` means names of headers. */
  valuesOf: FieldName | typeof headersName | null;
  /** What was typed of such a value. */
  typed: string;
};
