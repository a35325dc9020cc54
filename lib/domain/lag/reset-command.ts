import { shellWord } from '../kernel/shell-word.ts';
import type { GroupType } from './status.ts';
import type { ResetTarget } from './what-if.ts';

export type ResetCommandInput = {
  type: GroupType;
  groupId: string;
  bootstrapServers: readonly string[];
  /** Whether the cluster asks for more than a plain connection: then the tool needs a file of client properties. */
  secured: boolean;
  target: ResetTarget;
  /** The partitions to move, by topic. */
  partitions: ReadonlyMap<string, readonly number[]>;
};

/** The name that stands for the caller's own client properties in the command. */
export const clientProperties = 'client.properties';

const tools: Readonly<Record<GroupType, { script: string; topic: string }>> = {
  classic: { script: 'kafka-consumer-groups.sh', topic: '--topic' },
  consumer: { script: 'kafka-consumer-groups.sh', topic: '--topic' },
  share: { script: 'kafka-share-groups.sh', topic: '--topic' },
  streams: { script: 'kafka-streams-groups.sh', topic: '--input-topic' },
};

function targetWords(target: ResetTarget): string[] {
  switch (target.kind) {
    case 'offset':
      return ['--to-offset', String(target.offset)];
    case 'timestamp':
      return ['--to-datetime', new Date(target.atMs).toISOString()];
    case 'earliest':
      return ['--to-earliest'];
    case 'latest':
      return ['--to-latest'];
    case 'shift':
      return ['--shift-by', String(target.by)];
  }
}

/** The tool that resets groups of this type. */
export const resetTool = (type: GroupType): string => tools[type].script;

/**
 * The words of the command with Kafka's own tool, program first, that shows the same move with --dry-run; null when that tool can't do it
 * (kafka-share-groups knows no offset and no shift) or nothing would move.
 */
export function resetCommandWords(input: ResetCommandInput): string[] | null {
  const { type, target, partitions } = input;
  if (partitions.size === 0) return null;
  if (type === 'share' && (target.kind === 'offset' || target.kind === 'shift')) return null;
  const tool = tools[type];
  const topics = [...partitions].flatMap(([topic, numbers]) => [tool.topic, `${topic}:${numbers.join(',')}`]);
  return [
    tool.script,
    '--bootstrap-server',
    input.bootstrapServers.join(','),
    ...(input.secured ? ['--command-config', clientProperties] : []),
    '--group',
    input.groupId,
    ...topics,
    '--reset-offsets',
    ...targetWords(target),
    '--dry-run',
  ];
}

/** The same as one line for a POSIX shell; any name of a group or topic arrives as it is. */
export function resetCommand(input: ResetCommandInput): string | null {
  return resetCommandWords(input)?.map(shellWord).join(' ') ?? null;
}
