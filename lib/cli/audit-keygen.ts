import { makeAuditKey, publicKeyFile } from '#lib/auth/audit-key.ts';
import { type Command, UsageError } from './command.ts';

export const auditKeygen: Command = {
  name: 'audit keygen',
  usage: 'audit keygen FILE',
  summary: 'Make the Ed25519 key that signs heads of the audit log, and its public half beside it',
  async run({ args, out }) {
    const [file, ...more] = args;
    if (!file || more.length > 0) throw new UsageError('audit keygen takes one file, for example audit.key.');
    const id = await makeAuditKey(file);
    out(`key ${id}`);
    out(
      `${file} signs (mode 0600): name it as audit.privateKeyFile, and keep it out of backups of the database.`,
    );
    out(`${publicKeyFile(file)} verifies: keep a copy where whoever runs Sluice can't change it.`);
    return 0;
  },
};
