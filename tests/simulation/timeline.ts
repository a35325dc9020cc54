import { EventQueue } from './event-queue.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** Epoch milliseconds at which every simulation begins. */
const beginsMs = Date.UTC(2026, 0, 1);

/**
 * Virtual time, and the one scheduler of everything: an event runs, then all that it woke up runs until it waits again, then the next
 * event. Nothing else decides an interleaving, so a seed runs the same way each time.
 */
export class Timeline {
  nowMs = 0;
  steps = 0;
  readonly #events = new EventQueue();
  #order = 0;
  #woken = false;

  /** In `ms` of virtual time; an event of a process waits while that is stalled and is dropped when it has died. */
  after(ms: number, act: () => void, owner?: SimulatedProcess): void {
    const run = owner ? () => this.#runFor(owner, act) : act;
    this.#events.push({ atMs: this.nowMs + Math.max(0, ms), order: this.#order++, run });
  }

  #runFor(owner: SimulatedProcess, act: () => void): void {
    if (!owner.alive) return;
    if (owner.stalledUntilMs > this.nowMs) this.after(owner.stalledUntilMs - this.nowMs, act, owner);
    else act();
  }

  /** Says that this event settled a promise: what waits for it runs before the next event. */
  wake(): void {
    this.#woken = true;
  }

  date(owner?: SimulatedProcess): Date {
    return new Date(beginsMs + this.nowMs + (owner?.clockOffMs ?? 0));
  }

  /** Resolves as the executor's own sleep does: after the time, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal, owner: SimulatedProcess): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          this.wake();
          resolve();
        };
        signal.addEventListener('abort', wake);
        this.after(ms, wake, owner);
      }
    });
  }

  /** Runs until `rested` says so, or for `limitMs`, or `maxSteps`. @returns whether it came to rest */
  run(limitMs: number, maxSteps: number, rested: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const next = () => {
        try {
          this.#woken = false;
          while (!this.#woken) {
            const event = rested() ? undefined : this.#events.pop();
            if (!event || event.atMs > limitMs || ++this.steps > maxSteps) {
              resolve(rested());
              return;
            }
            this.nowMs = event.atMs;
            event.run();
          }
        } catch (error) {
          reject(error);
          return;
        }
        // A tick runs only after every promise that the event settled has been followed up.
        queueMicrotask(() => process.nextTick(next));
      };
      process.nextTick(next);
    });
  }
}
