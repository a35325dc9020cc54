import type { Owner } from './flow.ts';

export const ownerKinds = ['team', 'runbook', 'pager', 'chat', 'logs'] as const;
export type OwnerKind = (typeof ownerKinds)[number];

/** What an owner declared, as it is shown: `href` is null where it is no address that a browser may follow. */
export type OwnerLink = { kind: OwnerKind; text: string; href: string | null };

/** What a page knows of the thing that it shows, for the places in an address (`…?q={originTopic}%20{originOffset}`). */
export type LinkValues = Readonly<Record<string, string | number | null | undefined>>;

const place = /\{(\w+)\}/g;

/** Only http and https, and only where the host is the owner's own: what stands in the places may come from a record. */
function webAddress(template: string, values: LinkValues): string | null {
  const filledWith = (fill: (name: string) => string) =>
    URL.parse(template.replaceAll(place, (_, name: string) => fill(name)));
  const filled = filledWith((name) => {
    const value = Object.hasOwn(values, name) ? values[name] : null;
    return value === null || value === undefined ? '' : encodeURIComponent(String(value).toWellFormed());
  });
  if (filled === null || (filled.protocol !== 'https:' && filled.protocol !== 'http:')) return null;
  if (filled.username !== '' || filled.password !== '') return null;
  const [one, other] = [filledWith(() => 'a'), filledWith(() => 'b')];
  return one !== null && one.origin === other?.origin && one.origin === filled.origin ? filled.href : null;
}

/** What the owner of a flow declared, in a fixed order. Places that the page knows nothing for are left empty. */
export function ownerLinks(owner: Owner | Readonly<Record<string, string>>, values: LinkValues): OwnerLink[] {
  return ownerKinds.flatMap((kind): OwnerLink[] => {
    const declared = owner[kind];
    if (declared === undefined || declared === '') return [];
    const href = kind === 'team' ? null : webAddress(declared, values);
    return [{ kind, text: href === null ? declared : kind, href }];
  });
}
