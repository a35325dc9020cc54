import type pg from 'pg';
import { CandidatePage } from './candidate-page.ts';
import { simpleQuery } from './simple-query.ts';
import type { Turn } from './turns.ts';

const ignore = () => undefined;

/** What a query that is read from its first row on is planned without: whatever first looks at everything. */
const readsAllFirst = ['enable_sort', 'enable_hashjoin', 'enable_mergejoin', 'enable_seqscan'];
const setAll = (value: 'off' | 'on') =>
  readsAllFirst.map((name) => `SET LOCAL ${name} = ${value}`).join('; ');

/** A query that answers `candidateColumns`, oldest first. */
export type CandidateQuery = {
  text: string;
  values: unknown[];
  /** An index has the order that is asked for: the first page comes at once instead of after a look at everything. */
  byIndex?: boolean;
};

/** What a query answers, a page at a time, with the next one on its way. The cursor sees what was there when it was opened. */
export async function* candidatePages(
  client: Pick<pg.ClientBase, 'query'>,
  turn: Turn,
  query: CandidateQuery,
  pageRows: number,
): AsyncGenerator<CandidatePage> {
  await turn(async () => {
    if (query.byIndex) await client.query(setAll('off'));
    await client.query(`DECLARE candidates NO SCROLL CURSOR FOR ${query.text}`, query.values);
    if (query.byIndex) await client.query(setAll('on'));
  });
  const fetch = () =>
    turn(async () => {
      const page = new CandidatePage(pageRows);
      await simpleQuery(client, `FETCH ${pageRows} FROM candidates`, { onRow: (fields) => page.add(fields) });
      return page;
    });
  try {
    for (let next = fetch(); ; ) {
      const page = await next;
      if (page.rows + page.superseded === 0) return;
      next = fetch();
      // A failure is told where the page is awaited; until then nobody listens.
      next.catch(ignore);
      yield page;
    }
  } finally {
    // Where the transaction has failed, its cursors are gone already.
    await turn(() => client.query('CLOSE candidates')).catch(ignore);
  }
}
