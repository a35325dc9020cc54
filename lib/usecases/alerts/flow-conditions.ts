import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { FlowObjective } from '#lib/contract/flows.ts';
import type { Condition } from '#lib/domain/alerts/alert.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import { isBurst } from '#lib/domain/objectives/burst.ts';
import { deadLetterItems } from '../attention/from-dead-letters.ts';
import { countText, durationText } from '../attention/severity.ts';
import { readObjectives } from '../objectives/read-objectives.ts';
import type { AlertDeps } from './deps.ts';
import type { Found } from './found.ts';

/** Flows that spend their error budget too fast. Where too little was measured, nothing can be told. */
export async function burnConditions(deps: AlertDeps): Promise<Found> {
  const objectives = await readObjectives(deps);
  const found: Found = { conditions: [], unknownPrefixes: [] };
  for (const flow of deps.config.flows) {
    const objective = objectives.get(flow.name);
    const key = `slo_burn:${flow.cluster}/${flow.name}`;
    if (objective?.status === 'burning') found.conditions.push(burning(flow, objective, key));
    else if (objective?.status === 'unknown') found.unknownPrefixes.push(key);
  }
  return found;
}

function burning(flow: Flow, objective: FlowObjective, key: string): Condition {
  const rates = objective.burn.flatMap(({ windowMs, rate }) =>
    rate === null ? [] : [`${Number(rate.toFixed(1))}× over ${durationText(windowMs)}`],
  );
  const within = `Its time lag has to stay within ${durationText(objective.timeLagMs ?? 0)} in ${objective.target * 100}% of all minutes.`;
  return {
    key,
    kind: 'slo_burn',
    severity: objective.speed === 'fast' ? 'act' : 'warn',
    title: `${flow.name} burns its time-lag budget ${objective.speed === 'fast' ? 'fast' : 'slowly but steadily'}`,
    detail: rates.length > 0 ? `${within} It spends the allowance ${rates.join(', ')}.` : within,
    cluster: flow.cluster,
    flow: flow.name,
    scope: 'flow',
    href: consolePage.flow(flow.name),
    owner: flow.owner.team ?? null,
    runbook: flow.owner.runbook ?? null,
  };
}

/** Bursts of dead letters, and those that retention takes soon. Of a topic whose clock stands still nothing is told about that. */
export function deadLetterConditions(topics: readonly DeadLetterTopic[], flows: readonly Flow[]): Found {
  const ofLetters = topics.filter((topic) => topic.kind === 'dead_letter');
  return {
    conditions: ofLetters.flatMap((topic) => conditionsOf(topic, flows)),
    unknownPrefixes: ofLetters
      .filter((topic) => topic.expiryUnknown === null)
      .map((topic) => `expiry_soon:${topic.cluster}/${topic.topic}`),
  };
}

function conditionsOf(topic: DeadLetterTopic, flows: readonly Flow[]): Condition[] {
  const items = deadLetterItems([topic], flows);
  const flow = flows.find((each) => each.name === topic.flow);
  const about = {
    cluster: topic.cluster,
    flow: topic.flow,
    scope: 'flow' as const,
    href: consolePage.topic(topic.cluster, topic.topic),
    owner: flow?.owner.team ?? null,
    runbook: flow?.owner.runbook ?? null,
  };
  const place = `${topic.cluster}/${topic.topic}`;
  const expiry = items
    .filter((item) => item.kind === 'expiry')
    .map(
      ({ title, detail, severity }): Condition => ({
        ...about,
        key: `expiry_soon:${place}`,
        kind: 'expiry_soon',
        severity,
        title,
        detail,
      }),
    );
  const perHour = flow?.objectives.deadLettersPerHour ?? null;
  if (!isBurst(topic.arrivals, perHour)) return expiry;
  const open = items.find((item) => item.kind === 'dead_letters')?.detail ?? 'none of them is open any more';
  const burst: Condition = {
    ...about,
    key: `dead_letters_burst:${place}`,
    kind: 'dead_letters_burst',
    severity: 'act',
    title: `A burst of dead letters in ${topic.topic}: ${countText(topic.arrivals.h1, 'dead letter')} in the last hour`,
    detail: perHour === null ? open : `At most ${perHour} an hour are expected; ${open}`,
  };
  return [burst, ...expiry];
}
