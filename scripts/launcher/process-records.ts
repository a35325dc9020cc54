import { removeFile, writeJson } from './home.ts';
import { type Identity, identify, type Seen } from './process-identity.ts';
import type { ServiceName } from './supervisor.ts';

/** A process that a launcher started; kept in SLUICE_HOME, so that the next one knows what a killed launcher left. */
export type ProcessRecord = Identity & {
  name: ServiceName;
  /** Stands in its command line, and names this home or this project. */
  marker: string;
};

/**
 * Whether what runs under the recorded id is still that process, so that it may be signalled: started at the same moment, and
 * by its command line (or the SLUICE_HOME it was given) one of ours. An id alone proves nothing: systems hand them out again.
 */
export function isOurs(record: ProcessRecord, seen: Seen | null, home: string): boolean {
  if (!seen || seen.pid !== record.pid || seen.startedAt !== record.startedAt) return false;
  return (
    seen.command.includes(record.marker) ||
    (seen.environment?.split('\0').includes(`SLUICE_HOME=${home}`) ?? false)
  );
}

/** The records of this launcher, on disk at every change. */
export function keepRecords(file: string) {
  const records = new Map<ServiceName, ProcessRecord>();
  return {
    add(name: ServiceName, pid: number, marker: string): void {
      const identity = identify(pid);
      if (!identity) return; // it is gone already
      records.set(name, { ...identity, name, marker });
      writeJson(file, [...records.values()]);
    },
    clear: () => removeFile(file),
  };
}
export type Records = ReturnType<typeof keepRecords>;
