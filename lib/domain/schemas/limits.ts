import { TooMuch } from './problem.ts';

/** More is a document that nobody reads: what is past it is refused in words, and costs no more memory. */
const valuesMax = 100_000;
const depthMax = 100;

/** Counts what is decoded of one payload, and where it stands. */
export class Budget {
  readonly path: (string | number)[] = [];
  private values = 0;

  /** @throws TooMuch */
  take(): void {
    this.values += 1;
    if (this.values > valuesMax)
      throw new TooMuch(`it holds more than ${valuesMax.toLocaleString('en-US')} values`);
  }

  /** Reads what stands one step further in. @throws TooMuch */
  at<T>(step: string | number, read: () => T): T {
    if (this.path.length >= depthMax) throw new TooMuch(`it nests more than ${depthMax} deep`);
    this.path.push(step);
    const value = read();
    this.path.pop();
    return value;
  }
}
