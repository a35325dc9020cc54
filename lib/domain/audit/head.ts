import { hash as digest, type KeyObject, sign, verify } from 'node:crypto';

/** What is signed of a head: of which log, which line, its hash, when it was signed (RFC 3339 UTC, milliseconds) and by which key. */
export type HeadClaim = { installation: string; seq: bigint; hash: string; at: string; keyId: string };
/** `signature` is Ed25519 in base64. */
export type SignedHead = HeadClaim & { signature: string };
export type VerifyingKey = { id: string; key: KeyObject };
export type SigningKey = { id: string; key: KeyObject };

/** Stands before what is signed, so that a signature over a head can pass for nothing else (docs/audit.md). */
const signedPrefix = 'sluice audit head 1\n';

const claimText = ({ installation, seq, hash, at, keyId }: HeadClaim): string =>
  `{"installation":"${installation}","seq":${seq},"hash":"${hash}","at":"${at}","key":"${keyId}"}`;

/** The exact bytes that are signed. */
export const headBytes = (claim: HeadClaim): Uint8Array => Buffer.from(signedPrefix + claimText(claim));

/** Ed25519 needs no randomness: the same head and key give the same signature. */
export function signHead(claim: Omit<HeadClaim, 'keyId'>, { id, key }: SigningKey): SignedHead {
  const whole = { ...claim, keyId: id };
  return { ...whole, signature: sign(null, headBytes(whole), key).toString('base64') };
}

/** A signed head as one line of an export, an anchor file or an anchor topic, without the line feed. */
export const headText = (head: SignedHead): string =>
  `{"head":${claimText(head)},"signature":"${head.signature}"}`;

const headForm =
  /^\{"head":\{"installation":"([0-9a-f-]{36})","seq":([1-9]\d{0,15}),"hash":"([0-9a-f]{64})","at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","key":"([0-9a-f]{16})"\},"signature":"([A-Za-z0-9+/]{86}==)"\}$/;

/** null for anything but a whole head in its one form. */
export function parseHead(text: string): SignedHead | null {
  const [whole, installation = '', seq = '0', hash = '', at = '', keyId = '', signature = ''] =
    headForm.exec(text) ?? [];
  return whole === undefined ? null : { installation, seq: BigInt(seq), hash, at, keyId, signature };
}

/** The first 16 hex digits of SHA-256 over the public key's SPKI in DER. */
export const keyIdOf = (publicKey: KeyObject): string =>
  digest('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 16);

/** What speaks against a head, or null when one of the keys signed it. */
export function headProblem(head: SignedHead, keys: readonly VerifyingKey[]): string | null {
  const named = keys.find((each) => each.id === head.keyId);
  if (!named)
    return `it is signed with another key: ${head.keyId}, not ${keys.map((each) => each.id).join(' or ')}`;
  return verify(null, headBytes(head), named.key, Buffer.from(head.signature, 'base64'))
    ? null
    : `its signature is not one of key ${head.keyId}: it was changed, or made up`;
}
