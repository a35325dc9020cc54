import { auditKeygen } from './audit-keygen.ts';
import { auditVerify } from './audit-verify.ts';
import { type Command, UsageError } from './command.ts';
import { configCheck, configPrint } from './config.ts';
import { flowInit } from './flow-init.ts';
import {
  metricsToken,
  usersAdd,
  usersDisable,
  usersEnable,
  usersGrant,
  usersLink,
  usersList,
  usersResetPassword,
} from './users.ts';

const commands: readonly Command[] = [
  auditVerify,
  auditKeygen,
  configCheck,
  configPrint,
  flowInit,
  usersList,
  usersAdd,
  usersGrant,
  usersDisable,
  usersEnable,
  usersLink,
  usersResetPassword,
  metricsToken,
];

function help(): string {
  const width = Math.max(...commands.map((command) => command.usage.length));
  const lines = commands.map((command) => `  ${command.usage.padEnd(width)}  ${command.summary}`);
  return [
    'Usage: sluice COMMAND',
    '',
    ...lines,
    '',
    'The database is found by DATABASE_URL, or by the runtime.json in SLUICE_HOME (default: .sluice of this checkout).',
  ].join('\n');
}

async function main(words: readonly string[]): Promise<number> {
  const [first = 'help'] = words;
  if (['help', '--help', '-h'].includes(first)) {
    console.log(help());
    return 0;
  }
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  if (!command) {
    console.error(`sluice: there is no command "${words.join(' ')}".\n\n${help()}`);
    return 2;
  }
  const args = words.slice(command.name.split(' ').length);
  try {
    return await command.run({ args, env: process.env, out: console.log, err: console.error });
  } catch (error) {
    const wrongUse =
      error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
    const text = error instanceof Error ? error.message : String(error);
    console.error(`sluice ${command.name}: ${text}${wrongUse ? `\nUsage: sluice ${command.usage}` : ''}`);
    return wrongUse ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
