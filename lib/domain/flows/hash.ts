import { createHash } from 'node:crypto';
import { type Sha256, sha256Hex } from '../kernel/brand.ts';
import { type CanonicalValue, canonicalJson } from '../kernel/canonical-json.ts';
import type { Flow } from './flow.ts';

/** SHA-256 of the canonical declaration: two people look at the same flow when they see the same hash. */
export const flowHash = (flow: Flow): Sha256 =>
  sha256Hex(
    createHash('sha256')
      .update(canonicalJson(flow as unknown as CanonicalValue))
      .digest('hex'),
  );
