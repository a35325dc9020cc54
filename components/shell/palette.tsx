'use client';
import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { deadLetterTopicsQuery } from '#lib/client/dead-letters.ts';
import { flowsQuery } from '#lib/client/flows.ts';
import { clustersQuery, groupsQuery } from '#lib/client/lag.ts';
import { paths } from '#lib/client/paths.ts';
import { replaysQuery } from '#lib/client/replays.ts';
import { lagSigns, replaySigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { paletteScore } from './palette-score.ts';

/** What others call a replay (design.md, Words). */
const replayAliases = ['redrive', 'retry', 'reprocess', 'replay'];

type Entry = { key: string; href: string; text: string; aliases?: string[]; aside?: ReactNode };

const pages: readonly Entry[] = [
  {
    key: 'p-home',
    href: paths.home(),
    text: 'Home',
    aliases: ['needs you', 'attention', 'pause all replays'],
  },
  { key: 'p-lag', href: paths.lag(), text: 'Lag', aliases: ['consumer groups'] },
  { key: 'p-dl', href: paths.deadLetters(), text: 'Dead letters', aliases: ['dlq', 'dlt', 'failures'] },
  { key: 'p-replays', href: paths.replays(), text: 'Replays', aliases: replayAliases },
  {
    key: 'p-awaiting',
    href: paths.replays({ awaitingMe: true }),
    text: 'Replays that wait for my approval',
    aliases: ['approve', 'inbox', ...replayAliases],
  },
  { key: 'p-flows', href: paths.flows(), text: 'Flows', aliases: ['boundaries'] },
  { key: 'p-audit', href: paths.audit(), text: 'Audit', aliases: ['log', 'history'] },
  {
    key: 'p-refused',
    href: paths.audit({ outcome: 'refused' }),
    text: 'Audit: refusals',
    aliases: ['denied'],
  },
  {
    key: 'p-settings',
    href: paths.settings(),
    text: 'Settings and API tokens',
    aliases: ['token', 'account'],
  },
];

function Group({
  heading,
  entries,
  go,
}: {
  heading: string;
  entries: readonly Entry[];
  go: (href: string) => void;
}) {
  if (entries.length === 0) return null;
  return (
    <Command.Group
      heading={heading}
      className="py-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint"
    >
      {entries.map((entry) => (
        <Command.Item
          key={entry.key}
          value={entry.key}
          keywords={[entry.text, ...(entry.aliases ?? [])]}
          onSelect={() => go(entry.href)}
          className="flex h-8 cursor-pointer items-center justify-between gap-3 rounded-md px-2 data-[selected=true]:bg-selected"
        >
          <span className="truncate">{entry.text}</span>
          <span className="shrink-0 text-xs text-muted">{entry.aside}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function useEntries() {
  const clusters = useQuery(clustersQuery());
  const cluster = clusters.data?.items[0]?.name ?? null;
  const groups = useQuery({ ...groupsQuery(cluster ?? ''), enabled: cluster !== null });
  const topics = useQuery(deadLetterTopicsQuery());
  const replays = useQuery(replaysQuery({ limit: 50 }));
  const flows = useQuery(flowsQuery());
  return {
    groups: (groups.data?.items ?? []).map((group) => ({
      key: `g-${group.cluster}-${group.groupId}`,
      href: paths.group(group.cluster, group.groupId),
      text: group.groupId,
      aliases: ['lag', 'group', ...group.topics],
      aside: <StatusSign sign={lagSigns[group.status]} />,
    })),
    topics: (topics.data?.items ?? []).map((topic) => ({
      key: `t-${topic.cluster}-${topic.topic}`,
      href: paths.deadLetterTopic(topic.cluster, topic.topic),
      text: topic.topic,
      aliases: ['dead letters', 'topic', topic.kind],
      aside: `${topic.open} open`,
    })),
    replays: (replays.data?.items ?? []).map((replay) => ({
      key: `r-${replay.id}`,
      href: paths.replay(replay.id),
      text: `${replay.id} · ${replay.source.topic}`,
      aliases: [...replayAliases, replay.requester, replay.reason],
      aside: <StatusSign sign={replaySigns[replay.state]} />,
    })),
    flows: (flows.data?.items ?? []).map((flow) => ({
      key: `f-${flow.name}`,
      href: paths.flow(flow.name),
      text: flow.name,
      aliases: ['flow', flow.topic],
    })),
  };
}

/** ⌘K: type a part of any name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const entries = useEntries();
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector('input')?.focus();
  }, []);
  const go = (href: string) => {
    onClose();
    router.push(href);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way out; this is the click beside it.
    <dialog
      ref={dialog}
      aria-label="Find or do"
      onCancel={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className="mx-auto mt-[12vh] w-[calc(100vw-2rem)] max-w-xl rounded-lg border border-line-strong bg-raised p-0 text-ink shadow-[0_12px_40px_var(--shadow)]"
    >
      <Command label="Find or do" filter={paletteScore} loop>
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Group, topic, replay, flow or page"
          className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-faint"
        />
        <Command.List className="max-h-[50vh] overflow-y-auto p-1.5" tabIndex={-1}>
          <Command.Empty className="px-2 py-4 text-muted">Nothing is called that.</Command.Empty>
          <Group heading="Pages" entries={pages} go={go} />
          <Group heading="Consumer groups" entries={entries.groups} go={go} />
          <Group heading="Dead-letter topics" entries={entries.topics} go={go} />
          <Group heading="Replays" entries={entries.replays} go={go} />
          <Group heading="Flows" entries={entries.flows} go={go} />
        </Command.List>
      </Command>
    </dialog>
  );
}
