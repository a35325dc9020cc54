/** A refusal to start that the reader can act on: its message says what, where and what to do, and no stack follows. */
export class StartError extends Error {
  override name = 'StartError';
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
