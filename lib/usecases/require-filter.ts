import { can, explain } from '#lib/auth/authorize.ts';
import { sentenceOf } from '#lib/domain/access/decide.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { problemSentence } from '#lib/domain/dead-letters/filter/problem.ts';
import { type Filter, readFilter } from '#lib/domain/dead-letters/filter/read-filter.ts';
import { isMaskedHeader, type Masks } from '#lib/domain/dead-letters/masks.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

export type FilterScope = { cluster: string; flow: string | null; masks: Masks };

/** What of the filter only those may look at who may see payloads, in its own words; null when there is nothing. */
export function guardedPart({ fields, headers }: Filter, masks: Masks): string | null {
  if (fields.has('key')) return 'key';
  // As for the search by words: a header that is masked may be the one that the message came from.
  if (fields.has('exceptionMessage') && masks.headers.size > 0) return 'exceptionMessage';
  const masked = [...headers].find((name) => isMaskedHeader(name, masks));
  return masked === undefined ? null : `headers[${JSON.stringify(masked)}]`;
}

/**
 * The filter, if it can be run and this person may. What can be asked about can be found out, so a masked header and a key take the
 * payload permission here too.
 * @throws SluiceError `bad_request` with `filter` {kind, at, end, line, column, suggestion}; `forbidden` with `field`
 */
export function requireFilter(
  principal: Principal,
  text: string,
  { cluster, flow, masks }: FilterScope,
): Filter {
  const { filter, problem } = readFilter(text);
  if (problem) {
    const { message: _message, ...place } = problem;
    throw new SluiceError('bad_request', `The filter can't be read. ${problemSentence(problem)}`, {
      fields: { filter: place },
    });
  }
  const field = guardedPart(filter, masks);
  if (field !== null && !can(principal, 'payload.read', { cluster, flow })) {
    const explanation = explain(principal, 'payload.read', { cluster, flow });
    throw new SluiceError('forbidden', `The filter looks at ${field}. ${sentenceOf(explanation)}`, {
      explain: explanation,
      fields: { field },
    });
  }
  return filter;
}
