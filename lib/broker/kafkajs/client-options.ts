import type { KafkaConfig, SASLOptions } from 'kafkajs';
import type { ClusterConfig } from '#lib/config/config.ts';
import { connectionOptions } from '../platformatic/properties.ts';

type Credentials = { mechanism: string; username: string; password: string };

/** Kafka's own property names (config.md) into kafkajs options; they are read in one place for both clients. */
export function kafkaOptions(config: Pick<ClusterConfig, 'bootstrapServers' | 'properties'>): KafkaConfig {
  const { tls, sasl } = connectionOptions(config.properties);
  return {
    brokers: [...config.bootstrapServers],
    connectionTimeout: 5000,
    requestTimeout: 10_000,
    ssl: tls ?? false,
    ...(sasl ? { sasl: saslOptions(sasl as Credentials) } : {}),
  };
}

const saslOptions = ({ mechanism, username, password }: Credentials): SASLOptions =>
  ({ mechanism: mechanism.toLowerCase(), username, password }) as SASLOptions;
