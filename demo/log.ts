/** One line for an operator, on standard error: when, who, what. */
export function log(who: string, message: string): void {
  process.stderr.write(`${new Date().toISOString()} demo ${who}: ${message}\n`);
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
