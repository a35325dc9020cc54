import { hash } from 'node:crypto';
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

/** A Merkle tree that takes leaf after leaf and keeps one node a level: for more of them than fit into memory. */
export function growMerkle(): { add(leaf: Uint8Array): void; root(): Sha256 } {
  const tree = growNodes();
  return { add: (leaf) => tree.addHash(hashOf(leafPrefix, leaf, null)), root: tree.root };
}

function growNodes(): { addHash(hash: Buffer): void; root(): Sha256 } {
  const nodes: { height: number; hash: Buffer }[] = [];
  return {
    addHash(leafHash) {
      let node = { height: 0, hash: leafHash };
      for (let left = nodes.at(-1); left?.height === node.height; left = nodes.at(-1)) {
        nodes.pop();
        node = { height: node.height + 1, hash: hashOf(nodePrefix, left.hash, node.hash) };
      }
      nodes.push(node);
    },
    root() {
      const [last, ...before] = nodes.toReversed();
      if (!last) return hash('sha256', '', 'hex') as Sha256;
      return before
        .reduce((right, left) => hashOf(nodePrefix, left.hash, right), last.hash)
        .toString('hex') as Sha256;
    },
  };
}

/**
 * Root of a Merkle tree in hex. Leaves and nodes are hashed with distinct prefixes, so that a node can't pass for a leaf
 * (RFC 6962, 2.1); the last of an odd level is promoted unchanged. The root of no leaves is the hash of nothing.
 */
export function merkleRoot(leaves: Iterable<Uint8Array>): Sha256 {
  const tree = growMerkle();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

const lineFeed = 10;

/**
 * As `merkleRoot`, each line of the text a leaf without its line feed; empty lines are none. The text becomes bytes once: the byte before a line, which
 * is the line feed of the one above, holds the prefix while the line is hashed.
 */
export function rootOfLines(text: string): Sha256 {
  const bytes = Buffer.from(`\n${text}`);
  const tree = growNodes();
  for (let from = 0; from < bytes.length - 1; ) {
    const found = bytes.indexOf(lineFeed, from + 1);
    const end = found === -1 ? bytes.length : found;
    bytes[from] = leafPrefix;
    if (end > from + 1) tree.addHash(hash('sha256', bytes.subarray(from, end), 'buffer'));
    from = end;
  }
  return tree.root();
}

/** Root over the roots of chunks, each taken as the 32 bytes that its hex stands for. */
export const rootOfRoots = (roots: readonly string[]): Sha256 =>
  merkleRoot(roots.map((root) => Buffer.from(root, 'hex')));
