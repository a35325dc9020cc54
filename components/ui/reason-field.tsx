import { TextArea } from './field.tsx';

/** Why an act can't be done yet: nobody has said why; null when somebody has. */
export const whyMissing = (reason: string): string | null =>
  reason.trim() === '' ? 'Say why first: it goes into the audit log.' : null;

/** Why somebody acts. @param label says who gets to read it */
export function ReasonField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (reason: string) => void;
}) {
  return (
    <TextArea
      label={label}
      required
      rows={2}
      maxLength={2000}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
