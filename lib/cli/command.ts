/** What a command is called with; `out` and `err` are the terminal. */
export type CommandContext = {
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  out: (line: string) => void;
  err: (line: string) => void;
};
/** One command of the `sluice` program. `run` resolves to the exit code. */
export type Command = {
  /** As typed: `audit verify`. */
  name: string;
  usage: string;
  summary: string;
  run: (context: CommandContext) => Promise<number>;
};

/** A mistake on the command line: printed without a stack, exit code 2. */
export class UsageError extends Error {}
