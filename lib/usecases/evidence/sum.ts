/** null where one of them is not known, or there is none: nothing was read then, which is not zero. */
export const sum = (values: readonly (number | null)[]): number | null =>
  values.length === 0 || values.includes(null)
    ? null
    : values.reduce<number>((total, value) => total + (value ?? 0), 0);
