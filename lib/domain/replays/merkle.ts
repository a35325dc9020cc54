import { hash } from 'node:crypto';
import type { Sha256 } from '../kernel/brand.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

// In one call: a hash object for each leaf took longer than the hashing.
const hashLeaf = (bytes: Uint8Array): Buffer => hash('sha256', Buffer.concat([leafPrefix, bytes]), 'buffer');
const hashNode = (left: Uint8Array, right: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');

/**
 * Root of a Merkle tree in hex. Leaves and nodes are hashed with distinct prefixes, so that a node can't pass for a leaf
 * (RFC 6962, 2.1); the last of an odd level is promoted unchanged. The root of no leaves is the hash of nothing.
 */
export function merkleRoot(leaves: Iterable<Uint8Array>): Sha256 {
  let level: Uint8Array[] = [];
  for (const leaf of leaves) level.push(hashLeaf(leaf));
  if (level.length === 0) return hash('sha256', '', 'hex') as Sha256;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index];
      const right = level[index + 1];
      if (left === undefined) break;
      above.push(right === undefined ? left : hashNode(left, right));
    }
    level = above;
  }
  return Buffer.from(level[0] ?? new Uint8Array()).toString('hex') as Sha256;
}

/** Root over the roots of chunks, each taken as the 32 bytes that its hex stands for. */
export const rootOfRoots = (roots: readonly string[]): Sha256 =>
  merkleRoot(roots.map((root) => Buffer.from(root, 'hex')));
