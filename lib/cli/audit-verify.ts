import { verifyChain } from '#lib/auth/verify-chain.ts';
import { type Command, UsageError } from './command.ts';
import { withDatabase } from './database-url.ts';

export const auditVerify: Command = {
  name: 'audit verify',
  usage: 'audit verify',
  summary: 'Walk the audit chain in the database; names the first bad line',
  async run({ args, env, out, err }) {
    if (args.length > 0) throw new UsageError('audit verify takes no arguments: it walks the database.');
    const step = await withDatabase(env, (database) => verifyChain(database.stores.audit));
    if (step.ok) {
      out(`complete to seq ${step.place.seq}`);
      return 0;
    }
    err(`first bad line: seq ${step.seq}: ${step.what}`);
    return 1;
  },
};
