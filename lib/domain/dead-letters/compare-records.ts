import { flatJson } from './flat-json.ts';
import type { PayloadView } from './payload-view.ts';
import type { ShownHeader } from './record-view.ts';

/** One thing that is not the same in both; null where it is not there. */
export type Difference = { name: string; failing: string | null; other: string | null };
export type Differences = {
  differing: Difference[];
  same: number;
  /** Masked in either: what stands there can't be compared. */
  masked: number;
  /** There is more that was not compared or is not listed. */
  more: boolean;
};

const fieldsMax = 2000;
const listedMax = 100;
const textMax = 300;

const cut = (text: string | undefined): string | null =>
  text === undefined ? null : text.length > textMax ? `${text.slice(0, textMax).toWellFormed()}…` : text;

function differences(
  failing: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
  isMasked: (text: string) => boolean,
  more: boolean,
): Differences {
  const found: Differences = { differing: [], same: 0, masked: 0, more };
  for (const name of new Set([...failing.keys(), ...other.keys()])) {
    const [a, b] = [failing.get(name), other.get(name)];
    if ((a !== undefined && isMasked(a)) || (b !== undefined && isMasked(b))) found.masked += 1;
    else if (a === b) found.same += 1;
    else if (found.differing.length < listedMax)
      found.differing.push({ name: cut(name) ?? '', failing: cut(a), other: cut(b) });
    else found.more = true;
  }
  return found;
}

const maskedJson = '"[masked]"';

type Comparable = Pick<PayloadView, 'data' | 'truncated'> & { encoding: string };
/** The fields of two JSON values by their pointers, as they are written; null when either is no JSON, or is shown only in part. */
export function compareValues(failing: Comparable, other: Comparable): Differences | null {
  const [a, b] = [failing, other].map((each) =>
    each.encoding === 'json' && each.data !== null && !each.truncated ? flatJson(each.data, fieldsMax) : null,
  );
  if (!a || !b) return null;
  return differences(a.fields, b.fields, (text) => text === maskedJson, a.more || b.more);
}

/** A header that reads exactly so is taken for masked too: then nothing is told of it. */
const maskedHeader = '\u0000masked';
const valuesByName = (headers: readonly ShownHeader[]) =>
  new Map(
    [...Map.groupBy(headers, (header) => header.name)].map(([name, all]) => [
      name,
      all.some((header) => header.masked)
        ? maskedHeader
        : all
            .map((header) => header.decoded ?? (header.base64 === null ? 'null' : `base64 ${header.base64}`))
            .join(', '),
    ]),
  );

/** Headers by name, several of one name together. @param isLeftOut what only the failure has written */
export const compareHeaders = (
  failing: readonly ShownHeader[],
  other: readonly ShownHeader[],
  isLeftOut: (name: string) => boolean,
): Differences =>
  differences(
    valuesByName(failing.filter((header) => !isLeftOut(header.name))),
    valuesByName(other),
    (text) => text === maskedHeader,
    false,
  );
