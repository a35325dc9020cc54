import type { Problem } from '#lib/contract/wire.ts';
import { learnServerTime } from './clock.ts';

/** What the API refused, as it said it; `unreachable` is ours, for when nothing answered or the answer was no JSON. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: Problem['code'] | 'unreachable';
  readonly title: string;
  readonly detail: string;
  readonly explain: Problem['explain'];

  constructor(problem: {
    status: number;
    code: Problem['code'] | 'unreachable';
    title: string;
    detail: string;
    explain?: Problem['explain'];
  }) {
    super(`${problem.title}: ${problem.detail}`);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.explain = problem.explain;
  }

  /** Nothing answered, or what stands behind the API can't be reached: the last good data stays on the page. */
  get isUnreachable(): boolean {
    return this.code === 'unreachable' || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export const asProblem = (error: unknown): ApiProblem =>
  error instanceof ApiProblem
    ? error
    : new ApiProblem({
        status: 0,
        code: 'unreachable',
        title: 'The console failed',
        detail: error instanceof Error ? error.message : String(error),
      });

export type QueryValue = string | number | boolean | null | undefined;

/** `?a=1&b=2`; null, undefined and empty are left out. */
export function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

type Call = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  signal?: AbortSignal;
  /** A POST that only asks: its silence leaves nothing in doubt. */
  asks?: boolean;
  /** Makes a write safe to repeat (api.md): the same key and body answer the first result again. */
  idempotencyKey?: string;
};

/** A reading that takes longer is given up, and the next poll tries again. A write gets the time that planning may take. */
const readTimeoutMs = 15_000;
const writeTimeoutMs = 120_000;

/** Nothing answered. @param asks it only asked: nothing is in doubt */
export const silence = (asks: boolean) =>
  new ApiProblem({
    status: 0,
    code: 'unreachable',
    title: 'Sluice does not answer',
    detail: asks
      ? 'No answer from the web process.'
      : 'No answer came, so it may or may not have happened. Look at the page before you repeat it.',
  });

/** What a refused answer says. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const fallback = {
    status: response.status,
    code: 'unreachable' as const,
    title: `The server answered ${response.status}`,
    detail: 'It gave no reason. Try again; if it stays, look at the web process.',
  };
  if (!response.headers.get('content-type')?.includes('json')) return new ApiProblem(fallback);
  try {
    return new ApiProblem({ ...fallback, ...((await response.json()) as Partial<Problem>) });
  } catch {
    // The type promised JSON and the body was none: the status line is all there is to tell.
    return new ApiProblem(fallback);
  }
}

/**
 * One call of `/api/v1`. @throws ApiProblem for every refusal and whenever nothing answers; an aborted call rethrows
 * the abort.
 */
export async function apiFetch<Answer>(path: string, call: Call = {}): Promise<Answer> {
  const { method = 'GET', query = {}, body, signal, idempotencyKey, asks = method === 'GET' } = call;
  const sentAt = Date.now();
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}${queryText(query)}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      cache: 'no-store',
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([
        ...(signal === undefined ? [] : [signal]),
        AbortSignal.timeout(method === 'GET' ? readTimeoutMs : writeTimeoutMs),
      ]),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw silence(asks);
  }
  learnServerTime(response.headers.get('date'), sentAt, Date.now());
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as Answer;
  return (await response.json()) as Answer;
}

/** One segment of a path, safe for any topic or group name. */
export const segment = (value: string | number): string => encodeURIComponent(value);

export type Page<Item> = { items: Item[]; nextCursor: string | null };
