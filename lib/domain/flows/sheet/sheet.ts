/** The four questions of the design, in their order. */
export const sheetQuestions = ['truth', 'movement', 'replay', 'failure'] as const;
export type SheetQuestion = (typeof sheetQuestions)[number];

/** `declared`: the owner says so. `checked`: held against what runs. `measured`: read from what the worker has seen. */
export const statementSources = ['declared', 'checked', 'measured'] as const;
/** `said` is neither good nor bad. What is not known is `unknown` and never `holds`. */
export const statementStates = ['said', 'holds', 'fails', 'accepted', 'unknown'] as const;
export type StatementState = (typeof statementStates)[number];

export type Statement = {
  source: (typeof statementSources)[number];
  text: string;
  state: StatementState;
  /** When it was found; null of what is declared. */
  asOfMs: number | null;
};

/** A promise with what keeps it and where it ends. `said` where nothing that was looked at bears on it. */
export type Guarantee = {
  what: string;
  mechanism: string;
  ends: string;
  state: StatementState;
  /** What speaks against it, or is missing to tell. */
  because: string[];
};

export type Sheet = {
  answers: { question: SheetQuestion; statements: Statement[] }[];
  guarantees: Guarantee[];
};

export const said = (text: string): Statement => ({ source: 'declared', text, state: 'said', asOfMs: null });
export const missing = (text: string): Statement => ({
  source: 'declared',
  text,
  state: 'unknown',
  asOfMs: null,
});
export const measured = (text: string, state: StatementState, asOfMs: number | null): Statement => ({
  source: 'measured',
  text,
  state,
  asOfMs,
});
