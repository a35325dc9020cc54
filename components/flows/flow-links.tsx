'use client';
import { useQuery } from '@tanstack/react-query';
import { flowQuery } from '#lib/client/flows.ts';
import { paths } from '#lib/client/paths.ts';
import { type LinkValues, ownerLinks } from '#lib/domain/flows/owner-links.ts';
import { Link } from '../ui/link.tsx';

/**
 * The flow that a page belongs to, and what its owner declared: team, runbook, pager, chat, logs. One line for every such page; nothing where no
 * flow is declared.
 * @param values what the page knows, for the places in the declared addresses
 */
export function FlowLinks({ flow, values = {} }: { flow: string | null; values?: LinkValues }) {
  const { data } = useQuery({ ...flowQuery(flow ?? ''), enabled: flow !== null });
  if (flow === null) return null;
  const known = { cluster: data?.cluster, flow, topic: data?.topic, originTopic: data?.topic, ...values };
  return (
    <>
      {' · flow '}
      <Link href={paths.flow(flow)} className="link">
        {flow}
      </Link>
      {ownerLinks(data?.owner ?? {}, known).map(({ kind, text, href }) => (
        <span key={kind}>
          {' · '}
          {href === null ? (
            <span className="[overflow-wrap:anywhere]" title={kind}>
              {kind === 'team' || kind === 'chat' ? text : `${kind}: ${text}`}
            </span>
          ) : (
            <a href={href} target="_blank" rel="noreferrer" className="link">
              {text}
            </a>
          )}
        </span>
      ))}
    </>
  );
}
