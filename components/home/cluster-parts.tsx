'use client';
import type { ReactNode } from 'react';
import type { ClusterView } from '#lib/contract/clusters.ts';
import { Unknown } from '../ui/quantity.tsx';
import { type Shape, Sign, type Tone } from '../ui/sign.tsx';
import { clusterSigns } from '../ui/signs.ts';
import { clusterFacts } from './cluster-facts.ts';

/** One part of a line of facts, as a list item. */
export function Part({
  shape,
  tone,
  children,
  title,
}: {
  shape?: Shape;
  tone?: Tone;
  children: ReactNode;
  title?: string | undefined;
}) {
  return (
    <li className="flex items-center gap-1.5 wrap-anywhere" title={title}>
      {shape && tone ? <Sign shape={shape} tone={tone} /> : null}
      {children}
    </li>
  );
}

const shapes = { act: 'cross', warn: 'triangle' } as const;

/** What is known of a cluster itself, part by part: brokers, partitions, controller, transactions, rebalances. */
export function ClusterParts({ cluster, named }: { cluster: ClusterView; named: boolean }) {
  const sign = clusterSigns[cluster.state];
  const [brokers, ...facts] = clusterFacts(cluster);
  return (
    <>
      <Part shape={sign.shape} tone={sign.tone} title={cluster.detail ?? undefined}>
        {named ? `${cluster.name}: ` : ''}
        {brokers?.text ?? <Unknown why={brokers?.why ?? ''} word="brokers unknown" />}
        {cluster.state === 'ok' ? '' : `, ${sign.word}`}
      </Part>
      {facts.map(({ id, text, about, why, tone }) => (
        <Part key={id} {...(tone ? { shape: shapes[tone], tone } : {})}>
          {text ?? <Unknown why={why} word={`${about} unknown`} />}
        </Part>
      ))}
    </>
  );
}
