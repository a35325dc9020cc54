/** What bounds a scan of payloads; whoever asks can only tighten it. The first that is reached ends it. */
export const scanLimits = {
  /** Dead letters that are looked into. */
  records: 100_000,
  /** Expanded, of all that is fetched on the way. */
  bytes: 500_000_000,
  ms: 60_000,
  /** Records in which something was found. */
  found: 200,
} as const;
export type ScanLimits = { records: number; bytes: number; ms: number; found: number };

export const scanEndings = ['complete', 'records', 'bytes', 'time', 'found', 'failed'] as const;
export type ScanEnding = (typeof scanEndings)[number];

const count = (value: number) => value.toLocaleString('en-US');

/** Why a scan ended, in a sentence. @param failure what went wrong, for `failed` */
export function scanSentence(
  ending: ScanEnding,
  { read, of, limits, failure }: { read: number; of: number; limits: ScanLimits; failure: string | null },
): string {
  const rest = `${count(of - read)} of ${count(of)} were not looked into`;
  switch (ending) {
    case 'complete':
      return `All ${count(of)} were looked into.`;
    case 'records':
      return `It ended at its limit of ${count(limits.records)} records; there are more. Narrow it by filter or time.`;
    case 'bytes':
      return `It ended at its limit of ${count(Math.round(limits.bytes / 1e6))} MB read; ${rest}. Narrow it by filter or time.`;
    case 'time':
      return `It ended at its limit of ${count(Math.round(limits.ms / 1000))} s; ${rest}. Narrow it by filter or time.`;
    case 'found':
      return `It ended with the first ${count(limits.found)} that were found; ${rest}. Ask for something rarer.`;
    case 'failed':
      return `It broke off; ${rest}. ${failure ?? ''}`.trimEnd();
  }
}
