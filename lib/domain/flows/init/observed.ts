/** What can be seen of a topic and of what belongs to it, without being told. Counts are of the records that were looked at. */
export type ObservedTopic = {
  cluster: string;
  topic: string;
  partitions: number;
  retentionMs: number | null;
  /** Groups that read it, besides those of which it could not be told. */
  readers: readonly string[];
  unknownReaders: readonly string[];
  /** The subject of its values in the schema registry; null where there is none, or none was asked. */
  subject: string | null;
  sample: {
    records: number;
    withKey: number;
    /** Members at the top of every JSON value whose text is the record's key. */
    keyFields: readonly string[];
    /** Members at the top of every JSON value that are another one in each record. */
    uniqueFields: readonly string[];
  };
  /** Topics whose dead letters came from it. */
  deadLetters: readonly ObservedDeadLetters[];
};

export type ObservedDeadLetters = {
  topic: string;
  partitions: number;
  /** How many of the newest records were looked at, and in how many of them headers say that they came from here. */
  looked: number;
  fromHere: number;
  /** Groups that the headers name, most often first. */
  groups: readonly string[];
  retryTopics: readonly string[];
  quarantine: string | null;
};
