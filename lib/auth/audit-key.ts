import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { keyIdOf, type SigningKey, type VerifyingKey } from '#lib/domain/audit/head.ts';

export type AuditKey = { signing: SigningKey; verifying: VerifyingKey };

/** Where `audit.key` has its public half: `audit.pub`; anything else gets `.pub` behind its name. */
export const publicKeyFile = (privateKeyFile: string): string =>
  `${privateKeyFile.replace(/\.(key|pem)$/, '')}.pub`;

/**
 * Makes an Ed25519 key pair: the private half (PKCS#8 PEM, mode 0600) and the public one (SPKI PEM).
 * @returns the key's id
 * @throws Error when the private file is there: no key is ever overwritten
 */
export async function makeAuditKey(privateFile: string): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  await writeNew(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  await writeNew(
    publicKeyFile(privateFile),
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    0o644,
  );
  return keyIdOf(publicKey);
}

async function writeNew(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const ed25519 = (key: KeyObject, file: string): KeyObject => {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${file} is no Ed25519 key, but ${key.asymmetricKeyType ?? 'something else'}.`);
  return key;
};

/** @throws Error when it is missing, no Ed25519 private key in PEM, or open to others than its owner */
export async function readAuditKey(file: string): Promise<AuditKey> {
  const handle = await open(file).catch((cause) => {
    throw new Error(
      `The signing key ${file} can't be read (${(cause as NodeJS.ErrnoException).code}). Make one with \`npx --no-install sluice audit keygen ${file}\`, or name another as audit.privateKeyFile.`,
      { cause },
    );
  });
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0)
      throw new Error(
        `The signing key ${file} is open to others (mode ${(mode & 0o777).toString(8)}): \`chmod 600 ${file}\`.`,
      );
    const key = ed25519(parsed(file, await handle.readFile('utf8'), createPrivateKey), file);
    const publicKey = createPublicKey(key);
    const id = keyIdOf(publicKey);
    return { signing: { id, key }, verifying: { id, key: publicKey } };
  } finally {
    await handle.close();
  }
}

/** @throws Error when it is missing, or no Ed25519 public key in PEM */
export async function readPublicKey(file: string): Promise<VerifyingKey> {
  const text = await readFile(file, 'utf8');
  if (text.includes('PRIVATE KEY'))
    throw new Error(`${file} is a private key: verification takes the public one (${publicKeyFile(file)}).`);
  const key = ed25519(parsed(file, text, createPublicKey), file);
  return { id: keyIdOf(key), key };
}

function parsed(file: string, text: string, read: (text: string) => KeyObject): KeyObject {
  try {
    return read(text);
  } catch (cause) {
    throw new Error(`${file} is no key in PEM.`, { cause });
  }
}
