import { parseArgs } from 'node:util';
import { defaultDiscover } from '#lib/config/build.ts';
import { writeDeclaration } from '#lib/domain/flows/init/write-declaration.ts';
import { type Command, UsageError } from './command.ts';
import { configInForce } from './config.ts';

export const flowInit: Command = {
  name: 'flow init',
  usage: 'flow init TOPIC [--cluster NAME]',
  summary: 'Write a declaration from a running topic: what can be seen filled in, the rest as questions',
  async run({ args, env, out }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { cluster: { type: 'string' } },
    });
    const [topic, ...more] = positionals;
    if (!topic || more.length > 0) throw new UsageError('flow init takes one topic.');
    const config = await configInForce(env);
    const cluster = values.cluster
      ? config.clusters.find(({ name }) => name === values.cluster)
      : config.clusters[0];
    if (!cluster)
      throw new UsageError(
        `No cluster is called ${values.cluster} (there is ${config.clusters.map(({ name }) => name).join(', ')}).`,
      );
    const [{ withCluster }, { observeTopic }] = await Promise.all([
      import('#lib/compose/running-clusters.ts'),
      import('#lib/usecases/flow-init/observe-topic.ts'),
    ]);
    const patterns = config.deadLetters.discover.length > 0 ? config.deadLetters.discover : defaultDiscover;
    const observed = await withCluster(cluster, (connection, registry) =>
      observeTopic(connection, registry, topic, patterns),
    );
    out(writeDeclaration(observed).trimEnd());
    return 0;
  },
};
