import type { ClusterGroups } from '../port/groups.ts';
import type { BrokerLink } from './connection.ts';
import { createCoordinators } from './coordinators.ts';
import { describeGroups } from './describe-groups.ts';
import { createGroupListing } from './group-listing.ts';
import { fetchCommitted } from './group-offsets.ts';
import { listOffsets, offsetsAtTime } from './log-offsets.ts';
import { fetchShareOffsets } from './share-offsets.ts';

/** Group and offset protocol over raw calls. Every broker is asked for the groups that it coordinates. */
export function createGroups(link: BrokerLink): ClusterGroups {
  const coordinators = createCoordinators(link);

  return {
    listGroups: createGroupListing(link, coordinators),

    describeGroups: (groups) => describeGroups(coordinators, link.metadata, groups),

    fetchCommitted: (groupIds, options = {}) =>
      fetchCommitted(coordinators, groupIds, options.requireStable ?? false),

    fetchShareOffsets: (groupIds) => fetchShareOffsets(coordinators, groupIds),

    listOffsets: (partitions, kind) => listOffsets(link, partitions, kind),
    offsetsAtTime: (partitions, atMs) => offsetsAtTime(link, partitions, atMs),
  };
}
