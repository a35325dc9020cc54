/** Kafka's own text form of a topic id: 22 characters of URL-safe base64. @param uuid canonical, with dashes */
export const kafkaTextOfId = (uuid: string): string =>
  Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
