import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem, apiFetch, asProblem, queryText } from './api.ts';

const answerWith = (response: Response | Error) =>
  vi.stubGlobal('fetch', () =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
  );
const refused = async (call: Promise<unknown>): Promise<ApiProblem> =>
  asProblem(await call.catch((error) => error));

afterEach(() => vi.unstubAllGlobals());

describe('a call of the API', () => {
  it('leaves out what is not set', () =>
    expect(queryText({ q: 'a b', status: null, type: undefined, flow: '', limit: 0 })).toBe(
      '?q=a+b&limit=0',
    ));

  it('throws what the API refused, with its explanation', async () => {
    const explain = {
      permission: 'replay.approve',
      resource: 'replay/r-1',
      heldRoles: ['viewer'],
      grantedBy: ['admin'],
    };
    answerWith(
      Response.json(
        {
          type: 'about:blank',
          title: 'Not permitted',
          status: 403,
          detail: 'No.',
          code: 'forbidden',
          explain,
        },
        { status: 403, headers: { 'content-type': 'application/problem+json' } },
      ),
    );
    expect(await refused(apiFetch('/me'))).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: 'No.',
      explain,
    });
  });

  it('calls silence unreachable, and never says that a lost write changed nothing', async () => {
    answerWith(new TypeError('failed to fetch'));
    const reading = await refused(apiFetch('/me'));
    const writing = await refused(apiFetch('/replays', { method: 'POST', body: {} }));
    expect([reading.isUnreachable, writing.isUnreachable]).toEqual([true, true]);
    expect(writing.detail).toContain('may or may not have happened');
  });

  it('keeps the status when the answer is no problem document', async () => {
    answerWith(
      new Response('<html>bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } }),
    );
    const problem = await refused(apiFetch('/me'));
    expect([problem.status, problem.isUnreachable]).toEqual([502, true]);
  });

  it('rethrows an abort, so that a cancelled reading is no failure', async () => {
    answerWith(new DOMException('aborted', 'AbortError'));
    await expect(apiFetch('/me')).rejects.not.toBeInstanceOf(ApiProblem);
  });

  it('answers nothing for 204', async () => {
    answerWith(new Response(null, { status: 204 }));
    expect(await apiFetch('/session', { method: 'DELETE' })).toBeUndefined();
  });
});
