'use client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { deadLetterTopicsQuery } from '#lib/client/dead-letters.ts';
import { flowsQuery } from '#lib/client/flows.ts';
import { clustersQuery, groupsQuery } from '#lib/client/lag.ts';
import { paths } from '#lib/client/paths.ts';
import { replaysQuery } from '#lib/client/replays.ts';
import { formatCount } from '../ui/format.ts';
import { lagSigns, replaySigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

export type Entry = {
  key: string;
  href: string;
  text: string;
  aliases?: readonly string[];
  /** At the right end, beside the name. */
  aside?: ReactNode;
};
export type EntryGroup = { heading: string; entries: readonly Entry[] };

/** What others call a replay (design.md, Words). */
const replayAliases = ['redrive', 'retry', 'reprocess', 'replay'];

const pages: readonly Entry[] = [
  {
    key: 'home',
    href: paths.home(),
    text: 'Home',
    aliases: ['needs you', 'attention', 'pause all replays'],
  },
  { key: 'lag', href: paths.lag(), text: 'Lag', aliases: ['consumer groups'] },
  {
    key: 'dead-letters',
    href: paths.deadLetters(),
    text: 'Dead letters',
    aliases: ['dlq', 'dlt', 'failures'],
  },
  { key: 'replays', href: paths.replays(), text: 'Replays', aliases: replayAliases },
  {
    key: 'awaiting',
    href: paths.replays({ awaitingMe: true }),
    text: 'Replays that wait for my approval',
    aliases: ['approve', 'inbox', ...replayAliases],
  },
  { key: 'flows', href: paths.flows(), text: 'Flows', aliases: ['boundaries'] },
  { key: 'flow-map', href: paths.flowMap(), text: 'Flow map', aliases: ['picture', 'topology', 'graph'] },
  {
    key: 'incidents',
    href: paths.incidents(),
    text: 'Incidents',
    aliases: ['timeline', 'handover', 'postmortem', 'alerts'],
  },
  { key: 'audit', href: paths.audit(), text: 'Audit', aliases: ['log', 'history'] },
  {
    key: 'refused',
    href: paths.audit({ outcome: 'refused' }),
    text: 'Audit: refusals',
    aliases: ['denied'],
  },
  { key: 'settings', href: paths.settings(), text: 'Settings and API tokens', aliases: ['token', 'account'] },
];

/** Everything that has a page, by kind; what has not been read yet is simply not there yet. */
export function useEntries(): readonly EntryGroup[] {
  const clusters = useQuery(clustersQuery());
  const cluster = clusters.data?.items[0]?.name ?? null;
  const groups = useQuery({ ...groupsQuery(cluster ?? ''), enabled: cluster !== null });
  const topics = useQuery(deadLetterTopicsQuery());
  const replays = useQuery(replaysQuery({ limit: 50 }));
  const flows = useQuery(flowsQuery());
  return [
    { heading: 'Pages', entries: pages },
    {
      heading: 'Consumer groups',
      entries: (groups.data?.items ?? []).map((group) => ({
        key: `group-${group.cluster}-${group.groupId}`,
        href: paths.group(group.cluster, group.groupId),
        text: group.groupId,
        aliases: ['lag', 'group', ...group.topics],
        aside: <StatusSign sign={lagSigns[group.status]} />,
      })),
    },
    {
      heading: 'Dead-letter topics',
      entries: (topics.data?.items ?? []).map((topic) => ({
        key: `topic-${topic.cluster}-${topic.topic}`,
        href: paths.deadLetterTopic(topic.cluster, topic.topic),
        text: topic.topic,
        aliases: ['dead letters', 'topic', topic.kind],
        aside: `${formatCount(topic.open)} open`,
      })),
    },
    {
      heading: 'Replays',
      entries: (replays.data?.items ?? []).map((replay) => ({
        key: `replay-${replay.id}`,
        href: paths.replay(replay.id),
        text: `${replay.id} · ${replay.source.topic}`,
        aliases: [...replayAliases, replay.requester, replay.reason],
        aside: <StatusSign sign={replaySigns[replay.state]} />,
      })),
    },
    {
      heading: 'Flows',
      entries: (flows.data?.items ?? []).map((flow) => ({
        key: `flow-${flow.name}`,
        href: paths.flow(flow.name),
        text: flow.name,
        aliases: ['flow', flow.topic],
      })),
    },
  ];
}
