/** For how long something can be kept quiet, as people say it. */
export const quietChoices = [
  { value: '3600000', label: '1 h' },
  { value: '14400000', label: '4 h' },
  { value: '43200000', label: '12 h' },
  { value: '86400000', label: '1 day' },
  { value: '259200000', label: '3 days' },
  { value: '604800000', label: '7 days' },
  { value: '2592000000', label: '30 days' },
] as const;

/** The API's limit is counted on its own clock: what is as long as it may be stays a minute below. */
const spareMs = 60_000;

/** When something that is chosen now ends. */
export const quietUntil = (choiceMs: number, nowMs: number): string =>
  new Date(nowMs + choiceMs - (choiceMs >= 2_592_000_000 ? spareMs : 0)).toISOString();
