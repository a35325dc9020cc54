import type { ReplayView } from '#lib/contract/replays.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { markdownText } from '#lib/domain/kernel/markdown-text.ts';
import type { ReadBackResult } from '#lib/domain/replays/run.ts';
import { type AnySealFields, sealFields } from '#lib/domain/replays/seal.ts';
import { readReplay } from './change-replay-state.ts';
import { describeReplay } from './describe-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';

export type ReplayReport = {
  replay: Omit<ReplayView, 'actions'>;
  /** What the digest is the SHA-256 of, as canonical JSON; with the manifest's bytes it can be recomputed offline. */
  seal: AnySealFields | null;
  /** What the other client found in the destination; null before the execution was closed. */
  readBack: ReadBackResult | null;
  /** Merkle roots over the outcomes, as the audit log has them. */
  executionRoot: string | null;
  verificationRoot: string | null;
};

/** The outcome of a replay for those who were not there. @throws SluiceError `not_found`, `forbidden` */
export async function reportReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
): Promise<ReplayReport> {
  const { actions: _actions, ...replay } = await describeReplay(deps, principal, id);
  const stored = await readReplay(deps, id);
  const { run } = stored;
  return {
    replay,
    seal: sealFields(stored),
    readBack: run?.readBack ?? null,
    executionRoot: run?.executionRoot ?? null,
    verificationRoot: run?.verificationRoot ?? null,
  };
}

const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;

function outcomeRows({ progress }: ReplayReport['replay']): string[] {
  const names = [
    'replayed',
    'skipped',
    'diverted',
    'failed',
    'unknown',
    'remaining',
    'consumedPast',
    'cameBack',
  ] as const;
  return [row('outcome', 'records'), row('---', '---:'), ...names.map((name) => row(name, progress[name]))];
}

/** The report as Markdown. */
export function reportMarkdown({ replay, readBack, executionRoot, verificationRoot }: ReplayReport): string {
  const proof = readBack
    ? `${readBack.equal} of ${readBack.checked} records were read back equal (${markdownText(readBack.method)}); ${readBack.different.length} differ, ${readBack.missing.length} are missing; order ${readBack.orderHeld ? 'held' : 'did not hold'}.${readBack.diverted ? ` Of these, ${readBack.diverted.equal} of ${readBack.diverted.checked} in the quarantine ${markdownText(readBack.diverted.topic)}.` : ''}`
    : 'Nothing was read back.';
  return [
    `# Replay ${replay.id}: ${replay.state}`,
    '',
    replay.consequence ? markdownText(replay.consequence) : 'It was never planned.',
    replay.stateReason ? `\n${markdownText(replay.stateReason)}` : '',
    '',
    `- Why: ${markdownText(replay.reason)}${replay.ticket ? ` (${markdownText(replay.ticket)})` : ''}`,
    ...(replay.diversion
      ? [
          `- Diverted to the quarantine ${markdownText(replay.diversion.topic)}: ${replay.diversion.records} of ${replay.manifest?.records ?? 0} (${replay.diversion.reasons.map(({ reason, records }) => `${records} ${markdownText(reason.replaceAll('_', ' '))}`).join(', ')})`,
        ]
      : []),
    `- From ${markdownText(replay.source.topic)} to ${markdownText(replay.destination.topic)} in cluster ${markdownText(replay.cluster)}`,
    `- Asked for by ${markdownText(replay.requester)}; started ${replay.startedAt ?? 'never'}; finished ${replay.finishedAt ?? 'not yet'}`,
    `- Seal ${replay.digest ?? 'none'}, policy version ${replay.policy?.version ?? 'none'}`,
    ...(replay.declaration
      ? [
          `- Planned under the declaration ${replay.declaration.hash} of flow ${markdownText(replay.declaration.flow)}`,
        ]
      : []),
    '',
    '## Outcome',
    ...outcomeRows(replay),
    '',
    '"consumedPast" proves that the target group\'s committed offset has passed the record and that it did not come back within the settle time. It does not prove business success.',
    '',
    '## Proof',
    proof,
    `Outcomes: ${executionRoot ?? 'not closed'}. Verification: ${verificationRoot ?? 'not closed'}.`,
    '',
    '## Decisions',
    ...replay.approvals.map(
      (approval) =>
        `- ${approval.at} ${markdownText(approval.by)}: ${approval.decision}${approval.comment ? `, "${markdownText(approval.comment)}"` : ''} (seal ${approval.digest.slice(0, 12)})`,
    ),
    '',
    '## Evidence when it was frozen',
    ...replay.evidence.map((item) => `- ${item.status}: ${markdownText(item.sentence)}`),
    '',
    '## Timeline',
    ...replay.timeline.map(
      (line) =>
        `- ${line.at} ${markdownText(line.actor)}: ${markdownText(line.what)}${line.detail ? `. ${markdownText(line.detail)}` : ''}`,
    ),
    '',
  ].join('\n');
}
