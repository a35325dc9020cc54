import type { IncidentThing } from '#lib/domain/incidents/about.ts';

/** Something that an incident can be about, as it is called on the page that offers it. */
export type ThingChoice = { thing: IncidentThing; text: string };
