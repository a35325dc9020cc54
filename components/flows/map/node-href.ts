import { paths } from '#lib/client/paths.ts';
import type { MapNodeView } from '#lib/contract/flow-map.ts';

/** Where a part of the map leads: to the thing itself where it has a page, else to whose it is. */
export function nodeHref({ kind, cluster, name, flows }: MapNodeView): string {
  const [flow, ...others] = flows;
  switch (kind) {
    case 'group':
      return paths.group(cluster, name);
    case 'dead_letters':
    case 'quarantine':
      return paths.deadLetterTopic(cluster, name);
    case 'effect':
    case 'provider':
      return flow === undefined ? paths.flows() : paths.flowSheet(flow);
    case 'topic':
    case 'retry':
      return flow === undefined || others.length > 0 ? paths.flowMap({ q: name }) : paths.flow(flow);
  }
}
