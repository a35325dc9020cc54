/** Of a key of which there are more dead letters than these, a record's page does not say how many. */
export const sameKeyCountedMost = 1_001;
