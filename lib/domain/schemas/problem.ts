/** One step of a JSON pointer (RFC 6901). */
export const pointerOf = (steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The steps of a JSON pointer, unescaped. */
export const stepsOf = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * What stands in a payload's place and what should. `expected` and `found` are of the schema's words and of shapes ("a string"), never
 * a value of the payload.
 */
export type Mismatch = { path: readonly (string | number)[]; expected: string; found: string };

/** Bytes that are not what their schema says. */
export class PayloadBroken extends Error {
  readonly mismatch: Mismatch;
  constructor(mismatch: Mismatch) {
    super(
      `${pointerOf(mismatch.path) || 'the value'}: expected ${mismatch.expected}, found ${mismatch.found}`,
    );
    this.name = 'PayloadBroken';
    this.mismatch = mismatch;
  }
}

/** A payload or schema that is larger or deeper than is decoded here: nothing is said about whether it is right. */
export class TooMuch extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'TooMuch';
  }
}

/** A schema that can't be used. */
export class SchemaBroken extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'SchemaBroken';
  }
}
