/**
 * Arrays in PostgreSQL's text form, to be sent as one parameter and cast (`${…}::text[]`): of thousands of values, each converted for itself by
 * the client and by the driver, the conversion took longer than the statement's own work for them.
 */
export const numberArray = (values: readonly (number | bigint)[]): string => `{${values.join(',')}}`;

/** The same of texts: quoted all, so that none can be taken for NULL or for an end. */
export const textArray = (values: readonly string[]): string =>
  `{${values.map((value) => `"${/["\\]/.test(value) ? value.replaceAll(/["\\]/g, '\\$&') : value}"`).join(',')}}`;
