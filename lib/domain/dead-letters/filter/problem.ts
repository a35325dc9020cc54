/** What is wrong with a filter. `syntax`, `unknown_name` and `type` are its author's; the others are limits. */
export const filterProblemKinds = [
  'syntax',
  'unknown_name',
  'type',
  'too_long',
  'too_deep',
  'too_many_parts',
  'too_costly',
] as const;
export type FilterProblemKind = (typeof filterProblemKinds)[number];

/** A piece of the text: UTF-16 units, `end` exclusive. */
export type Span = { readonly at: number; readonly end: number };

/** Why a text is no filter, where, and what would be one. Offsets count UTF-16 units from 0, lines and columns from 1. */
export type FilterProblem = Span & {
  readonly kind: FilterProblemKind;
  readonly line: number;
  readonly column: number;
  /** What is wrong and what was expected, in plain words. */
  readonly message: string;
  /** What may have been meant; it can stand in place of the marked piece. */
  readonly suggestion: string | null;
};

/** Ends reading; only `readFilter` sees it. */
export class FilterFault extends Error {
  readonly kind: FilterProblemKind;
  readonly span: Span;
  readonly suggestion: string | null;

  constructor(kind: FilterProblemKind, span: Span, message: string, suggestion: string | null = null) {
    super(message);
    this.name = 'FilterFault';
    this.kind = kind;
    this.span = span;
    this.suggestion = suggestion;
  }
}

/** The fault as it is answered, with its line and column in this text. */
export function problemIn(text: string, fault: FilterFault): FilterProblem {
  const before = text.slice(0, fault.span.at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    kind: fault.kind,
    at: fault.span.at,
    end: fault.span.end,
    line: before.split('\n').length,
    column: fault.span.at - lineStart + 1,
    message: fault.message,
    suggestion: fault.suggestion,
  };
}

/** One sentence with place and suggestion, for an API's `detail`. */
export const problemSentence = (problem: FilterProblem): string =>
  `Line ${problem.line}, column ${problem.column}: ${problem.message}${
    problem.suggestion === null ? '' : ` Did you mean ${problem.suggestion}?`
  }`;
