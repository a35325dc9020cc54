import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#lib/config/config.ts';
import { loadConfig } from '#lib/config/load.ts';
import { checkConfig, printConfig } from '#lib/config/print.ts';
import { checkDeclaration } from '#lib/usecases/checks/check-declaration.ts';
import { type Command, UsageError } from './command.ts';
import { checkout, readRuntime } from './database-url.ts';
import { findingLine } from './finding-line.ts';

export const configCheck: Command = {
  name: 'config check',
  usage: 'config check FILE [--live]',
  summary:
    'Validate a configuration file without starting anything; --live also holds it against the clusters',
  async run(context) {
    const { args, env, out, err } = context;
    const live = args.includes('--live');
    const [file, ...more] = args.filter((arg) => arg !== '--live');
    if (!file || more.length > 0) throw new UsageError('config check takes one file, and --live.');
    const result = await checkConfig(file, env);
    if (!result.ok) {
      err(result.message);
      return 1;
    }
    const { config } = result;
    for (const warning of result.warnings) out(`warning: ${warning}`);
    out(`${file}: valid, policy ${config.policyHash}`);
    if (live) {
      // The Kafka client is loaded only where it is needed: it takes longer than everything else here.
      const { checkRunning } = await import('./check-running.ts');
      return (await checkRunning(config, context)) ? 1 : 0;
    }
    for (const { flow, ...finding } of checkDeclaration(config.flows, Date.now()))
      out(`${finding.severity}: ${findingLine(flow, finding)}`);
    return 0;
  },
};

/** SLUICE_CONFIG, or what a running demo was started with. */
function fileInForce(env: NodeJS.ProcessEnv, demoRuns: boolean): string | null {
  if (env.SLUICE_CONFIG) return path.resolve(env.SLUICE_CONFIG);
  const demoFile = path.join(checkout, 'demo', 'sluice.yaml');
  return demoRuns && existsSync(demoFile) ? demoFile : null;
}

/** What a Sluice that starts now would take, or the one that runs from this checkout was started with. @throws ConfigError */
export async function configInForce(env: NodeJS.ProcessEnv): Promise<Config> {
  const runtime = await readRuntime(env);
  const brokers = env.KAFKA_BROKERS || runtime?.kafkaBrokers || '';
  return loadConfig(
    {
      configFile: fileInForce(env, typeof runtime?.pids.demo === 'number'),
      kafkaBrokers: brokers.split(',').filter((broker) => broker !== ''),
    },
    env,
  );
}

export const configPrint: Command = {
  name: 'config print',
  usage: 'config print',
  summary: 'Show the configuration in force (SLUICE_CONFIG, or that of the running demo), secrets redacted',
  async run({ args, env, out }) {
    if (args.length > 0)
      throw new UsageError('config print takes no arguments; name another file in SLUICE_CONFIG.');
    const config = await configInForce(env);
    out(printConfig(config).trimEnd());
    return 0;
  },
};
