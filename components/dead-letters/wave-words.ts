import type { NextWave } from '#lib/contract/next-wave.ts';
import { formatCount, formatDuration } from '../ui/format.ts';

type Waiting = NextWave['topics'][number];

const unknownWords: Readonly<Partial<Record<Waiting['method'], string>>> = {
  no_topic: 'How many wait is not known: the topic is not there, or may not be seen',
  no_group: 'How many wait is not known: no group has committed there',
  never_committed: 'How many wait is not known: on a partition that holds records nobody has committed',
  not_read: 'How many wait is not known: Kafka did not tell',
};

const whole = (ms: number) => formatDuration(Math.floor(ms / 1000) * 1000);
const inTime = (at: string, nowMs: number) => {
  const leftMs = Date.parse(at) - nowMs;
  return leftMs < 1000 ? 'now' : `in ${whole(leftMs)}`;
};
const one = (n: number, single: string, several: string) => (n === 1 ? single : several);

function dueWords(waiting: Waiting, nowMs: number): string {
  const { dueFirstAt, oldestAt, lookedAtRecords } = waiting;
  if (dueFirstAt !== null) {
    const due = inTime(dueFirstAt, nowMs);
    return waiting.method === 'every_record' || waiting.waitingRecords === 1
      ? `, the first is due ${due}`
      : `, the first of ${formatCount(lookedAtRecords)} looked at is due ${due}`;
  }
  const age = oldestAt === null ? '' : `, the oldest for ${whole(Math.max(0, nowMs - Date.parse(oldestAt)))}`;
  return `${age}; when they are due, they do not say`;
}

function lastTryWords(
  { lastTryRecords, deadLettersFirstAt, lookedAtRecords }: Waiting,
  nowMs: number,
): string {
  if (lastTryRecords === null) return ' Which of them are on their last try is not known.';
  if (lastTryRecords === 0)
    return lookedAtRecords === 0
      ? ''
      : ' None that was looked at is on its last try: they have more after it.';
  const when =
    deadLettersFirstAt === null
      ? 'they dead-letter if it fails'
      : `the first dead-letters ${inTime(deadLettersFirstAt, nowMs)} if it fails`;
  return ` ${formatCount(lastTryRecords)} of ${formatCount(lookedAtRecords)} looked at ${one(lastTryRecords, 'is on its', 'are on their')} last try: ${when}.`;
}

/** What waits in a retry topic, in plain words. @param nowMs since the epoch */
export function waveWords(waiting: Waiting, nowMs: number): string {
  const { waitingRecords, topic, group } = waiting;
  if (waitingRecords === null)
    return `${unknownWords[waiting.method] ?? 'How many wait is not known'} (${topic}).`;
  const by = group === null ? '' : ` for ${group}`;
  if (waitingRecords === 0) return `Nothing waits in ${topic}${by}.`;
  const count = `${formatCount(waitingRecords)} ${one(waitingRecords, 'waits', 'wait')} in ${topic}${by}`;
  return `${count}${dueWords(waiting, nowMs)}.${lastTryWords(waiting, nowMs)}`;
}
