/** Header conventions that Sluice knows by name; `declared` is an operator's mapping, `none` is no failure headers. */
export const conventions = [
  'spring-kafka',
  'spring-retry-topic',
  'spring-cloud-stream',
  'kafka-connect',
  'kafka-streams',
  'share-group',
  'smallrye',
  'smallrye-delayed-retry',
  'karafka',
  'watermill',
  'masstransit',
  'nservicebus',
  'declared',
  'none',
] as const;
export type Convention = (typeof conventions)[number];

export const failureVerdicts = ['transient', 'poison', 'ambiguous_effect', 'unknown'] as const;
/** What kind of trouble a failure group is: may pass by itself, will never pass, or may already have had its effect. */
export type FailureVerdict = (typeof failureVerdicts)[number];
