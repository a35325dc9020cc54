const part = encodeURIComponent;
const topic = (cluster: string, name: string): string => `/dead-letters/${part(cluster)}/${part(name)}`;

/** Addresses of what the console has a page for: of one thing, by its name. `paths` of lib/client has those of lists and views besides. */
export const consolePage = {
  cluster: (name: string) => `/lag?cluster=${part(name)}`,
  group: (cluster: string, group: string) => `/lag/${part(cluster)}/${part(group)}`,
  topic,
  failure: (cluster: string, name: string, fingerprint: string) =>
    `${topic(cluster, name)}?fingerprint=${part(fingerprint)}`,
  flow: (name: string) => `/flows/${part(name)}`,
  replay: (id: string) => `/replays/${part(id)}`,
  incident: (id: string) => `/incidents/${part(id)}`,
} as const;
