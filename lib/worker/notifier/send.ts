import type { NotifyEndpoint } from '#lib/config/config.ts';
import { renderMessage } from '#lib/domain/alerts/message.ts';
import { signatureOf } from '#lib/domain/alerts/signature.ts';
import type { NotificationRow } from '#lib/store/notifications.ts';

type Sent =
  | { taken: true; httpStatus: number }
  | { taken: false; httpStatus: number | null; error: string; askedMs: number | null };

const timeoutMs = 10_000;
const mostOfAnswer = 200;

/** One attempt: at most 10 s, no redirect followed, at most 200 characters of a refusal read. Never throws. */
export async function sendNotification(
  endpoint: NotifyEndpoint,
  row: Pick<NotificationRow, 'id' | 'message' | 'attempts'>,
  now: Date,
  stop: AbortSignal,
): Promise<Sent> {
  const body = renderMessage(endpoint.format, row.message, { id: row.id, routingKey: endpoint.routingKey });
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'sluice',
        'sluice-notification-id': row.id,
        'sluice-attempt': String(row.attempts),
        ...(endpoint.secret === null ? {} : { 'sluice-signature': signatureOf(endpoint.secret, now, body) }),
      },
      body,
    });
    if (response.ok) {
      await response.body?.cancel();
      return { taken: true, httpStatus: response.status };
    }
    const said = await beginningOf(response);
    return {
      taken: false,
      httpStatus: response.status,
      error: refusal(response, said),
      askedMs: asked(response),
    };
  } catch (error) {
    return { taken: false, httpStatus: null, error: reason(error, stop), askedMs: null };
  }
}

function refusal(response: Response, said: string): string {
  if (response.status >= 300 && response.status < 400)
    return `It answered ${response.status}: redirects are not followed. Give the final address in the configuration.`;
  return cut(`It answered ${response.status}${said === '' ? '.' : `: ${said}`}`);
}

function reason(error: unknown, stop: AbortSignal): string {
  if (stop.aborted) return 'The worker stopped before an answer came.';
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `No answer within ${timeoutMs / 1000} s.`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return cut(`It can't be reached: ${code ?? (error instanceof Error ? error.message : String(error))}.`);
}

const cut = (text: string) => (text.length <= mostOfAnswer ? text : `${text.slice(0, mostOfAnswer - 1)}…`);

/** The first characters of an answer, on one line; the rest is not read. */
async function beginningOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= mostOfAnswer) break;
  }
  return cut(text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim());
}

/** Retry-After in seconds; a date is not honoured, since it needs clocks that agree. */
function asked(response: Response): number | null {
  const seconds = response.headers.get('retry-after');
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}
