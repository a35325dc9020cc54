/** The lease went to another worker: whoever sees this stops at once and writes nothing more. */
export class LeaseLost extends Error {
  constructor(replayId: string) {
    super(`Another worker has taken replay ${replayId} over.`);
    this.name = 'LeaseLost';
  }
}

/** The replay is no longer in a state in which it sends: read it again. */
export class StateChanged extends Error {
  constructor(replayId: string) {
    super(`Replay ${replayId} has changed its state.`);
    this.name = 'StateChanged';
  }
}

/** Nothing was written: the replay's rate, or its gates, allow a send so much later. */
export class TooEarly extends Error {
  readonly waitMs: number;
  constructor(waitMs: number) {
    super(`The next batch may be sent in ${waitMs} ms.`);
    this.name = 'TooEarly';
    this.waitMs = waitMs;
  }
}

/** Nothing is wrong and nothing can be told yet: everything is asked again a little later, while the reason is shown. */
export class Waiting extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Waiting';
  }
}

/** The executor may not go on by itself: the replay is paused (or aborted, for a gate that says so) with this reason. */
export class Hold extends Error {
  readonly gate: string | null;
  /** A came-back gate: the rest needs approvals of a new round, and counts from here. */
  readonly freshApproval: { passed: number; cameBack: number } | null;
  constructor(
    reason: string,
    options: { gate?: string; freshApproval?: { passed: number; cameBack: number } } = {},
  ) {
    super(reason);
    this.name = 'Hold';
    this.gate = options.gate ?? null;
    this.freshApproval = options.freshApproval ?? null;
  }
}
