import type pg from 'pg';

/** Runs a piece of work when all that were handed in before have ended, however they did. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** One piece of work at a time: what a connection needs, on which a query may not be sent while another one runs. */
export function inTurns(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(ignore);
    return mine;
  };
}

const ignore = () => undefined;

/** What a query that is read from its first row on is planned without: whatever first looks at everything. */
const readsAllFirst = ['enable_sort', 'enable_hashjoin', 'enable_mergejoin', 'enable_seqscan'];
const setAll = (value: 'off' | 'on') =>
  readsAllFirst.map((name) => `SET LOCAL ${name} = ${value}`).join('; ');

export type PagedQuery = {
  text: string;
  values: unknown[];
  /** An index has the order that is asked for: the first page comes at once instead of after a look at everything. */
  byIndex?: boolean;
};

/** The rows of a query, a page at a time, with the next one on its way. The cursor sees what was there when it was opened. */
export async function* pagesOf<Row extends pg.QueryResultRow>(
  client: Pick<pg.ClientBase, 'query'>,
  turn: Turn,
  name: string,
  query: PagedQuery,
  pageRows: number,
): AsyncGenerator<Row[]> {
  await turn(async () => {
    if (query.byIndex) await client.query(setAll('off'));
    await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${query.text}`, query.values);
    if (query.byIndex) await client.query(setAll('on'));
  });
  const fetch = () => turn(() => client.query<Row>(`FETCH ${pageRows} FROM ${name}`));
  try {
    for (let page = fetch(); ; ) {
      const { rows } = await page;
      if (rows.length === 0) return;
      page = fetch();
      // A failure is told where the page is awaited; until then nobody listens.
      page.catch(ignore);
      yield rows;
    }
  } finally {
    // Where the transaction has failed, its cursors are gone already.
    await turn(() => client.query(`CLOSE ${name}`)).catch(ignore);
  }
}
