import type { Evidence } from '#lib/domain/replays/evidence.ts';
import type { EvidenceContext, PlanningContext } from '../evidence/context.ts';
import {
  decodableEvidence,
  fanOutEvidence,
  isolationEvidence,
  unseenReadersEvidence,
  writeDiffEvidence,
  writePermissionEvidence,
} from '../evidence/destination-evidence.ts';
import {
  attemptsEvidence,
  duplicatesEvidence,
  failureGroupsEvidence,
  idempotencyKeyEvidence,
  manifestEvidence,
} from '../evidence/manifest-evidence.ts';
import { compactionEvidence, orderingEvidence, retentionEvidence } from '../evidence/ordering-evidence.ts';
import {
  membersReplacedEvidence,
  stillFailingEvidence,
  targetGroupEvidence,
} from '../evidence/target-evidence.ts';

/** Questions whose answer changes by itself: asked again at approve, start and resume. */
export const gatherChanging = async (context: EvidenceContext): Promise<Evidence[]> => [
  await stillFailingEvidence(context),
  await targetGroupEvidence(context),
  await fanOutEvidence(context),
  retentionEvidence(context),
];

/** Every question that an approver sees answered, in the order of design.md. */
export const gatherEvidence = async (context: PlanningContext): Promise<Evidence[]> => [
  manifestEvidence(context),
  failureGroupsEvidence(context),
  await stillFailingEvidence(context),
  await membersReplacedEvidence(context),
  await targetGroupEvidence(context),
  await fanOutEvidence(context),
  unseenReadersEvidence(context),
  isolationEvidence(context),
  attemptsEvidence(context),
  duplicatesEvidence(context),
  orderingEvidence(context),
  compactionEvidence(context),
  decodableEvidence(context),
  retentionEvidence(context),
  writeDiffEvidence(context),
  writePermissionEvidence(context),
  idempotencyKeyEvidence(context),
];
