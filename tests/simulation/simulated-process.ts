/** A process of the simulation: a worker, a web process, or a part of the world that never fails. */
export class SimulatedProcess {
  readonly name: string;
  alive = true;
  /** Until then it does nothing (SIGSTOP): what it asked for before still happens. */
  stalledUntilMs = 0;
  /** How far its clock is off. */
  clockOffMs = 0;
  readonly #ends: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  onEnd(act: () => void): void {
    this.#ends.push(act);
  }

  /** It ends at once (SIGKILL): nothing that it would do next ever happens. */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const act of this.#ends) act();
  }
}
