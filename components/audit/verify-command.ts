import type { AnchorPlaceView } from '#lib/contract/audit.ts';

const filePrefix = 'file ';
const plain = /^[\w./:@%+-]+$/;
const quoted = (text: string) => (plain.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The file that anchors are appended to; null where there is only a topic. */
export const anchorFileOf = (places: readonly Pick<AnchorPlaceView, 'place'>[]): string | null =>
  places.find(({ place }) => place.startsWith(filePrefix))?.place.slice(filePrefix.length) ?? null;

/** The command line that verifies an export offline; an anchor topic is read into a file first (docs/audit.md). */
export const verifyCommand = (anchorFile: string | null): string =>
  `npx --no-install sluice audit verify audit.ndjson --key audit.pub --anchor ${quoted(anchorFile ?? 'audit.anchor')}`;
