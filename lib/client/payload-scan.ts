import type { ScanBody, ScanLine } from '#lib/contract/payload-scan.ts';
import { problemOf, segment, silence } from './api.ts';
import type { TopicPlace } from './dead-letter-acts.ts';
import { jsonLines, partsOf } from './json-lines.ts';

/**
 * Searches the payloads of a topic: lines as they come, the last of them `end`. Aborting the signal, or reading no further, ends it on the server too.
 * @throws ApiProblem for a refusal and when nothing answers; the abort's own error
 */
export async function* scanPayloads(
  { cluster, topic }: TopicPlace,
  body: ScanBody,
  signal: AbortSignal,
): AsyncGenerator<ScanLine, void> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/dead-letters/${segment(cluster)}/${segment(topic)}/scan`, {
      method: 'POST',
      headers: { accept: 'application/x-ndjson', 'content-type': 'application/json' },
      cache: 'no-store',
      credentials: 'same-origin',
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw silence(true);
  }
  if (!response.ok) throw await problemOf(response);
  if (response.body) yield* jsonLines<ScanLine>(partsOf(response.body));
}
