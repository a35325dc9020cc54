const ignore = () => undefined;

/**
 * Does the work for each item, in their order, and begins with the next one while the last is used: at most one result waits. What was begun has ended when
 * the generator has, and what it threw is nobody's when nobody asks for it.
 */
export async function* oneAhead<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const source = items[Symbol.asyncIterator]();
  const begin = async (): Promise<{ result: Result } | null> => {
    const step = await source.next();
    return step.done ? null : { result: await work(step.value) };
  };
  let next = begin();
  try {
    for (let done = await next; done; done = await next) {
      next = begin();
      next.catch(ignore); // told where it is awaited
      yield done.result;
    }
  } finally {
    await next.catch(ignore);
    await source.return?.();
  }
}
