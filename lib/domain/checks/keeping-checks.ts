import type { Limit } from '../flows/keeping.ts';
import { roughDuration } from '../lag/wording.ts';
import { type Check, fails, passes, unknown } from './check.ts';
import type { FlowFacts } from './facts.ts';

const describeConfigs = 'Let the principal of Sluice describe the configuration of the topic.';

/** What the flow says of its dead-letter topic, where that exists; what can't be read is unknown. */
const ofDeadLetters = (
  { flow, topics }: FlowFacts,
  judge: (
    topic: string,
    facts: { retentionMs: Limit; compacts: boolean | null },
  ) => ReturnType<typeof passes>,
) => {
  const topic = flow.deadLetters;
  if (topic === null) return [];
  if (!topics.known) return [unknown(topic, topics.why, describeConfigs)];
  const facts = topics.value.get(topic);
  return facts ? [judge(topic, facts.keeping)] : [];
};

export const deadLettersKeptTooShort: Check<FlowFacts> = {
  code: 'dead_letters_kept_too_short',
  severity: 'wrong',
  why: 'A dead letter that retention takes before it could be approved and sent is an order that never ships.',
  judge: (facts) =>
    ofDeadLetters(facts, (topic, { retentionMs }) => {
      const { approvalTtlMs, startTtlMs, maxDurationMs } = facts.flow.policy;
      const neededMs = approvalTtlMs + startTtlMs + maxDurationMs + facts.expiryLeadMs;
      const needed = `${roughDuration(neededMs)} are needed: ${roughDuration(approvalTtlMs)} to approve, ${roughDuration(startTtlMs)} to start, ${roughDuration(maxDurationMs)} to send, and ${roughDuration(facts.expiryLeadMs)} of warning`;
      if (retentionMs === null)
        return unknown(topic, `How long ${topic} keeps its records could not be read.`, describeConfigs);
      if (retentionMs === 'none') return passes(topic, `${topic} keeps its records without a limit of time.`);
      return retentionMs < neededMs
        ? fails(
            topic,
            `${topic} keeps its records for ${roughDuration(retentionMs)}; ${needed}.`,
            `Raise retention.ms of ${topic} above ${neededMs}.`,
          )
        : passes(topic, `${topic} keeps its records for ${roughDuration(retentionMs)}; ${needed}.`);
    }),
};

export const deadLettersCompacted: Check<FlowFacts> = {
  code: 'dead_letters_compacted',
  severity: 'wrong',
  why: 'Compaction keeps the newest dead letter of a key: the ones before it are lost without a trace.',
  judge: (facts) =>
    ofDeadLetters(facts, (topic, { compacts }) =>
      compacts === null
        ? unknown(topic, `Whether ${topic} is compacted could not be read.`, describeConfigs)
        : compacts
          ? fails(topic, `${topic} is compacted.`, `Set cleanup.policy=delete on ${topic}.`)
          : passes(topic, `${topic} is not compacted.`),
    ),
};

const longer = (source: Limit, letters: Limit): boolean | null => {
  if (source === 'none') return true;
  if (source === null || letters === null) return null;
  return letters !== 'none' && source >= letters;
};

export const sourceKeptTooShort: Check<FlowFacts> = {
  code: 'source_kept_too_short',
  severity: 'wrong',
  why: 'A dead letter that only points to its source can be read for as long as the source keeps the record.',
  judge: ({ flow, topics, sample }) => {
    const { topic, deadLetters } = flow;
    if (deadLetters === null || !sample.known || sample.value.pointers === 0) return [];
    const of = `${sample.value.pointers} of ${sample.value.records} dead letters looked at carry no payload and point to ${topic}`;
    if (!topics.known) return [unknown(topic, topics.why, describeConfigs)];
    const source = topics.value.get(topic);
    const letters = topics.value.get(deadLetters);
    if (!source || !letters) return [];
    const verdict = longer(source.keeping.retentionMs, letters.keeping.retentionMs);
    if (verdict === null)
      return [unknown(topic, `${of}; how long it keeps them could not be read.`, describeConfigs)];
    return [
      verdict
        ? passes(topic, `${of}, which keeps its records at least as long as ${deadLetters}.`)
        : fails(
            topic,
            `${of}, which keeps its records shorter than ${deadLetters}.`,
            `Raise retention.ms of ${topic} to that of ${deadLetters}, or let the share group copy the record (errors.deadletterqueue.copy.record.enable=true).`,
          ),
    ];
  },
};

export const quarantineMissing: Check<FlowFacts> = {
  code: 'quarantine_missing',
  severity: 'risk',
  why: 'What must not be sent on, and what retention is about to take, has no safe place.',
  judge: ({ flow }) =>
    flow.deadLetters === null
      ? []
      : [
          flow.quarantine === null
            ? fails(
                flow.name,
                `The flow ${flow.name} has dead letters and declares no quarantine.`,
                'Create a topic with longer retention that nobody reads, and name it under "quarantine".',
              )
            : passes(flow.name, `The quarantine is ${flow.quarantine}.`),
        ],
};
