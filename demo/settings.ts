/** What the demo is told by its environment. */
export type Settings = {
  brokers: string[];
  /** Connection string of a role that may create schemas. */
  databaseUrl: string;
  /** Put before every topic and group; only tests set it, so that they can share a broker. */
  topicPrefix: string;
  /** Orders that are sent quickly at the very first start, so that there is an incident to look at. */
  burstOrders: number;
};

/** @throws Error naming the variable that is missing or wrong */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const brokers = (env.KAFKA_BROKERS ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (brokers.length === 0)
    throw new Error('KAFKA_BROKERS is not set: give the demo the brokers as host:port, separated by commas.');
  if (!env.DATABASE_URL)
    throw new Error('DATABASE_URL is not set: give the demo a Postgres connection string.');
  const burstOrders = Number(env.DEMO_BURST_ORDERS ?? '6600');
  if (!Number.isInteger(burstOrders) || burstOrders < 0)
    throw new Error(`DEMO_BURST_ORDERS must be a whole number, not "${env.DEMO_BURST_ORDERS}".`);
  return { brokers, databaseUrl: env.DATABASE_URL, topicPrefix: env.DEMO_TOPIC_PREFIX ?? '', burstOrders };
}
