import type { Boundary } from '../flows/flow.ts';
import type { ReplayPolicy } from '../flows/policy.ts';
import type { Sha256 } from '../kernel/brand.ts';
import type { Evidence, JsonValue } from './evidence.ts';
import type { PolicyVerdict } from './replay.ts';
import type { DestinationKind } from './state.ts';
import { evaluateCondition, type ManifestFacts, parseCondition, type RuleFacts } from './when.ts';

type Fired = PolicyVerdict['rules'][number];

export type PolicyInput = {
  policy: ReplayPolicy;
  /** null for a topic that no flow declares. */
  boundary: Boundary | null;
  version: number;
  hash: Sha256;
  destination: DestinationKind;
  ticket: string | null;
  manifest: ManifestFacts;
  evidence: readonly Evidence[];
};

/** What rules see of the evidence: the fields of each value, and its status. */
function factsOf(manifest: ManifestFacts, evidence: readonly Evidence[]): RuleFacts {
  const facts: Partial<Record<Evidence['name'], JsonValue>> = {};
  for (const item of evidence) {
    const fields =
      typeof item.value === 'object' && item.value !== null && !Array.isArray(item.value)
        ? (item.value as Record<string, JsonValue>)
        : {};
    facts[item.name] = { ...fields, status: item.status };
  }
  return { manifest, evidence: facts };
}

function ofRules(input: PolicyInput, facts: RuleFacts): { fired: Fired[]; approvals: number } {
  const fired: Fired[] = [];
  let approvals = 0;
  for (const rule of input.policy.rules) {
    const truth = evaluateCondition(parseCondition(rule.when), facts);
    if (truth === false) continue;
    // What is not known counts as failing: a rule that can't be answered fires.
    const reason =
      truth === 'unknown' ? `${rule.reason} (not known, and unknown counts as failing)` : rule.reason;
    fired.push({ rule: rule.when, effect: rule.then === 'deny' ? 'deny' : 'require', reason });
    if (rule.then !== 'deny') approvals = Math.max(approvals, rule.then.approvals);
  }
  return { fired, approvals };
}

function ofBoundary({ boundary, destination, evidence }: PolicyInput): Fired[] {
  if (!boundary) return [];
  const fired: Fired[] = [];
  if (boundary.replay === 'never')
    fired.push({ rule: 'boundary.replay', effect: 'deny', reason: 'the flow declares: never replay' });
  if (destination === 'quarantine') return fired;
  const external = boundary.effects.filter((effect) => effect.external);
  for (const effect of external)
    if (!effect.idempotencyKey)
      fired.push({
        rule: 'boundary.effects',
        effect: 'deny',
        reason: `"${effect.what}" is an effect outside, and no idempotency key is declared for it`,
      });
  const keySeen = evidence.find((item) => item.name === 'idempotencyKey');
  if (external.length > 0 && keySeen?.status !== 'good')
    fired.push({
      rule: 'boundary.effects',
      effect: 'deny',
      reason: `the idempotency key of an effect outside was not seen in every record: ${keySeen?.sentence ?? 'it was not looked for'}`,
    });
  return fired;
}

/**
 * What the policy says of a frozen plan: every rule that fired, and how many must approve. Pure and total. Blocking evidence denies;
 * external effects always need an approval (invariant 7).
 */
export function evaluatePolicy(input: PolicyInput): PolicyVerdict {
  const { policy, boundary, evidence } = input;
  const { fired: byRule, approvals } = ofRules(input, factsOf(input.manifest, evidence));
  const fired: Fired[] = [
    ...ofBoundary(input),
    ...(policy.requireTicket && !input.ticket
      ? [
          {
            rule: 'requireTicket',
            effect: 'deny' as const,
            reason: 'the policy asks for a ticket and none is given',
          },
        ]
      : []),
    ...evidence
      .filter((item) => item.status === 'blocks')
      .map((item): Fired => ({ rule: `evidence.${item.name}`, effect: 'deny', reason: item.sentence })),
    ...byRule,
  ];
  const external = boundary?.effects.some((effect) => effect.external) ?? false;
  const approvalsNeeded = Math.max(policy.approvals, approvals, external ? 1 : 0);
  return {
    version: input.version,
    hash: input.hash,
    verdict: fired.some((rule) => rule.effect === 'deny') ? 'blocked' : 'allowed',
    rules: [
      ...fired,
      {
        rule: 'approvals',
        effect: 'require',
        reason: `${approvalsNeeded} approval${approvalsNeeded === 1 ? '' : 's'} by someone who did not prepare it`,
      },
    ],
    approvalsNeeded,
  };
}

/** Why the newer verdict is worse than the frozen one; empty when it is not. */
export function worseThan(frozen: PolicyVerdict, now: PolicyVerdict): string[] {
  const before = new Set(frozen.rules.filter((rule) => rule.effect === 'deny').map((rule) => rule.rule));
  const denied = now.rules.filter((rule) => rule.effect === 'deny' && !before.has(rule.rule));
  const more =
    now.approvalsNeeded > frozen.approvalsNeeded
      ? [`${now.approvalsNeeded} approvals are needed now, not ${frozen.approvalsNeeded}`]
      : [];
  return [...denied.map((rule) => rule.reason), ...more];
}
