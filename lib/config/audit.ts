import path from 'node:path';
import type { AuditConfig, ClusterConfig } from './config.ts';
import type { AuditInput, ConfigFile } from './file-schema.ts';
import type { ConfigPath } from './yaml-source.ts';

export const defaultAnchorTopic = 'sluice.audit-anchors';

/** @param file the configuration file: relative paths stand beside it */
export function buildAudit(
  input: AuditInput,
  clusters: readonly Pick<ClusterConfig, 'name' | 'readOnly'>[],
  file: string | null,
): AuditConfig {
  const beside = (name: string) =>
    file === null ? path.resolve(name) : path.resolve(path.dirname(file), name);
  const { privateKeyFile, anchorFile, anchorTopic } = input;
  const writable = clusters.find((cluster) => !cluster.readOnly)?.name;
  const cluster = anchorTopic === 'none' ? undefined : (anchorTopic?.cluster ?? writable);
  return {
    privateKeyFile: privateKeyFile === undefined ? null : beside(privateKeyFile),
    anchorFile: anchorFile === undefined ? null : anchorFile === 'none' ? 'none' : beside(anchorFile),
    anchorTopic:
      anchorTopic === 'none' || cluster === undefined
        ? null
        : {
            cluster,
            topic: anchorTopic?.topic ?? defaultAnchorTopic,
            create: anchorTopic?.create ?? true,
          },
  };
}

/** What a schema can't say of the audit log's places. */
export function auditProblems({ audit, clusters }: Pick<ConfigFile, 'audit' | 'clusters'>): {
  path: ConfigPath;
  message: string;
}[] {
  const { anchorTopic } = audit;
  if (anchorTopic === undefined || anchorTopic === 'none' || anchorTopic.cluster === undefined) return [];
  const known = clusters ?? [{ name: 'main', readOnly: false }];
  const named = known.find((cluster) => cluster.name === anchorTopic.cluster);
  const at: ConfigPath = ['audit', 'anchorTopic', 'cluster'];
  if (!named)
    return [
      {
        path: at,
        message: `no cluster is called "${anchorTopic.cluster}" (there is ${known.map(({ name }) => name).join(', ')}).`,
      },
    ];
  return named.readOnly
    ? [{ path: at, message: `cluster "${named.name}" is read-only: anchors can't be written there.` }]
    : [];
}
