/** Runs a piece of work when all that were handed in before have ended, however they did. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

const ignore = () => undefined;

/** One piece of work at a time: what a connection needs, on which a query may not be sent while another one runs. */
export function inTurns(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(ignore);
    return mine;
  };
}
