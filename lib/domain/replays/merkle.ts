import { createHash, hash } from 'node:crypto';
import type { Sha256 } from '../kernel/brand.ts';

const leafPrefix = 0;
const nodePrefix = 1;
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** SHA-256 over the prefix and the parts, in one piece: a hash object for every leaf took longer than the hashing. */
function hashOf(prefix: number, first: Uint8Array, second: Uint8Array | null): Buffer {
  const size = 1 + first.length + (second?.length ?? 0);
  const input = size <= scratch.length ? scratch : Buffer.allocUnsafe(size);
  input[0] = prefix;
  input.set(first, 1);
  if (second !== null) input.set(second, 1 + first.length);
  return hash('sha256', input.subarray(0, size), 'buffer');
}

/**
 * Root of a Merkle tree in hex. Leaves and nodes are hashed with distinct prefixes, so that a node can't pass for a leaf
 * (RFC 6962, 2.1); the last of an odd level is promoted unchanged. The root of no leaves is the hash of nothing.
 */
export function merkleRoot(leaves: Iterable<Uint8Array>): Sha256 {
  let level: Uint8Array[] = [];
  for (const leaf of leaves) level.push(hashOf(leafPrefix, leaf, null));
  if (level.length === 0) return createHash('sha256').digest('hex') as Sha256;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index];
      const right = level[index + 1];
      if (left === undefined) break;
      above.push(right === undefined ? left : hashOf(nodePrefix, left, right));
    }
    level = above;
  }
  return Buffer.from(level[0] ?? new Uint8Array()).toString('hex') as Sha256;
}

/** Root over the roots of chunks, each taken as the 32 bytes that its hex stands for. */
export const rootOfRoots = (roots: readonly string[]): Sha256 =>
  merkleRoot(roots.map((root) => Buffer.from(root, 'hex')));
