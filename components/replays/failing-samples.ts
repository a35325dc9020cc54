/** A record of the sample that breaks its contract, as the evidence `decodable` names it. */
export type FailingSample = { partition: number; offset: string; words: string };

const isText = (value: unknown): value is string => typeof value === 'string';

/** The failing samples in an evidence's value; none where it has none, or they are not for this person. */
export function failingSamples(value: unknown): FailingSample[] {
  const failing: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'failing') : null;
  if (!Array.isArray(failing)) return [];
  return failing.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return [];
    const { partition, offset, path, expected, found } = each as Record<string, unknown>;
    if (typeof partition !== 'number' || !isText(offset)) return [];
    const where = isText(path) && path !== '' ? path : 'the value';
    const words =
      isText(expected) && isText(found) ? `${where}: expected ${expected}, found ${found}` : where;
    return [{ partition, offset, words }];
  });
}

/** Where diverted records break their contract, as the evidence `diversion` names it: "At /total (10), /currency (2)."; null where it does not, or not to this person. */
export function breakingPlaces(value: unknown): string | null {
  const paths: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'paths') : null;
  if (!Array.isArray(paths)) return null;
  const places = paths.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return [];
    const { path, records } = each as Record<string, unknown>;
    return isText(path) && typeof records === 'number'
      ? [`${path === '' ? 'the value itself' : path} (${records.toLocaleString('en-US')})`]
      : [];
  });
  return places.length > 0 ? `At ${places.join(', ')}.` : null;
}
