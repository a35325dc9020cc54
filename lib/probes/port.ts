/** What the owner of an effect says of one idempotency key. Unknown says why, and never counts as one of the others. */
export type ProbeAnswer = { kind: 'done' } | { kind: 'not_done' } | { kind: 'unknown'; why: string };

/** One round of questions, with one budget of time and one memory of failures for all of it. */
export type Asking = {
  /**
   * Asks for each key, read-only and bounded. Never throws for what the other side does: what could not be learned is `unknown`.
   * @returns an answer for every key that was given
   */
  ask(keys: readonly string[]): Promise<ReadonlyMap<string, ProbeAnswer>>;
};

/** A declared question to whoever owns an effect: was it done under this idempotency key? */
export type EffectProbe = { name: string; begin(): Asking };
