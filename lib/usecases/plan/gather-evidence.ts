import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { agreementEvidence } from '../evidence/agreement-evidence.ts';
import { attemptsEvidence } from '../evidence/attempts-evidence.ts';
import type { EvidenceContext, PlanningContext } from '../evidence/context.ts';
import { decodableEvidence } from '../evidence/contract-evidence.ts';
import {
  fanOutEvidence,
  isolationEvidence,
  unseenReadersEvidence,
  writeDiffEvidence,
} from '../evidence/destination-evidence.ts';
import { diversionEvidence } from '../evidence/diversion-evidence.ts';
import { effectsDoneEvidence } from '../evidence/effects-evidence.ts';
import {
  duplicatesEvidence,
  failureGroupsEvidence,
  idempotencyKeyEvidence,
  manifestEvidence,
} from '../evidence/manifest-evidence.ts';
import { membersReplacedEvidence } from '../evidence/members-evidence.ts';
import { compactionEvidence, orderingEvidence } from '../evidence/ordering-evidence.ts';
import { retentionEvidence } from '../evidence/retention-evidence.ts';
import { stillFailingEvidence } from '../evidence/still-failing-evidence.ts';
import { targetGroupEvidence } from '../evidence/target-evidence.ts';
import { writePermissionEvidence } from '../evidence/write-permission-evidence.ts';

/** Questions whose answer changes by itself and is cheap to read: asked again when it is looked at, and at approve, start and resume. */
export const gatherChanging = async (context: EvidenceContext): Promise<Evidence[]> => [
  await stillFailingEvidence(context),
  await membersReplacedEvidence(context),
  await targetGroupEvidence(context),
  await fanOutEvidence(context),
  compactionEvidence(context),
  await retentionEvidence(context),
  await writePermissionEvidence(context),
  agreementEvidence(context),
];

/** Every question that an approver sees answered, in the order of design.md. */
export const gatherEvidence = async (context: PlanningContext): Promise<Evidence[]> => [
  manifestEvidence(context),
  diversionEvidence(context),
  failureGroupsEvidence(context),
  await stillFailingEvidence(context),
  await membersReplacedEvidence(context),
  await targetGroupEvidence(context),
  await fanOutEvidence(context),
  unseenReadersEvidence(context),
  isolationEvidence(context),
  await attemptsEvidence(context),
  duplicatesEvidence(context),
  await orderingEvidence(context),
  compactionEvidence(context),
  decodableEvidence(context),
  await retentionEvidence(context),
  writeDiffEvidence(context),
  await writePermissionEvidence(context),
  idempotencyKeyEvidence(context),
  effectsDoneEvidence(context),
  agreementEvidence(context),
];
