import { shellWord } from '#lib/domain/kernel/shell-word.ts';

type Coordinate = { topic: string; partition: number; offset: string };

/**
 * Reads exactly one record with kcat, as read_committed. The brokers are a variable: the browser neither knows nor names
 * them. `-o` with `-c 1` is the record itself only when it still exists, so the command prints the offset that it got.
 */
export const kcatText = (record: Coordinate): string =>
  [
    'kcat -b "$KAFKA_BROKERS" -C -q -e -c 1',
    `-t ${shellWord(record.topic)} -p ${record.partition} -o ${shellWord(record.offset)}`,
    '-X isolation.level=read_committed',
    String.raw`-f 'offset: %o\ntimestamp: %T\nheaders: %h\nkey: %k\nvalue: %s\n'`,
  ].join(' ');

/** The same by Kafka's own console consumer, of any release: it waits 10 s for a record that is not there. */
export const consoleConsumerText = (record: Coordinate): string =>
  [
    'kafka-console-consumer.sh --bootstrap-server "$KAFKA_BROKERS"',
    `--topic ${shellWord(record.topic)} --partition ${record.partition} --offset ${shellWord(record.offset)}`,
    '--max-messages 1 --timeout-ms 10000 --isolation-level read_committed',
    ...['offset', 'timestamp', 'headers', 'key'].map((what) => `--property print.${what}=true`),
  ].join(' ');

/** A call of the API for a terminal; address and token are variables. */
export function curlText(call: { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: unknown }): string {
  const url = `"$SLUICE_URL"${shellWord(`/api/v1${call.path}`)}`;
  const parts = ['curl -sS', ...(call.method === 'GET' ? [] : [`-X ${call.method}`]), url];
  parts.push('-H "Authorization: Bearer $SLUICE_TOKEN"');
  if (call.body !== undefined)
    parts.push("-H 'content-type: application/json'", `-d ${shellWord(JSON.stringify(call.body))}`);
  return parts.join(' ');
}
