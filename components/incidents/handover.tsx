import type { IncidentDetail } from '#lib/contract/incidents.ts';
import { Section } from '../ui/section.tsx';

/** The questions of those who were not there, answered in sentences. */
export function Handover({ incident }: { incident: IncidentDetail }) {
  return (
    <Section title="Handover">
      {incident.handover.map(({ part, title, sentences }) => (
        <section key={part} aria-label={title} className="border-b border-line px-2 py-2 last:border-0">
          <h3 className="label pb-1">{title}</h3>
          <ul className="flex flex-col gap-1">
            {sentences.map((sentence) => (
              <li key={sentence} className="max-w-[80ch] [overflow-wrap:anywhere]">
                {sentence}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Section>
  );
}
