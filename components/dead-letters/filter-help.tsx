'use client';
import { fieldNames, fieldSpec } from '#lib/domain/dead-letters/filter/fields.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ScrollBox } from './scroll-box.tsx';

const examples: readonly (readonly [string, string])[] = [
  ['exceptionClass.endsWith("Timeout") && attempts >= 3', 'timed out three times or more'],
  ['at > now - duration("1h")', 'dead-lettered within the last hour'],
  ['origin.topic in ["orders", "refunds"]', 'from one of two topics'],
  ['headers["tenant"] == "acme"', 'any of the values of the header tenant is acme'],
  ['!has(headers["trace-id"])', 'without a header trace-id'],
  [
    'exceptionMessage.lowerAscii().contains("declined")',
    'declined in the message, in small or capital letters',
  ],
  ['at - origin.at > duration("24h")', 'dead-lettered more than a day after it was written'],
  ['attempts == null', 'attempts are not known'],
];

/** The language on one page: every field with its type, and examples. */
export function FilterHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Filter by an expression"
      description="What is not known never fits, neither a comparison nor its contrary: only == null asks for it. Texts are compared letter by letter."
      width="lg"
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <ScrollBox label="Examples and fields" className="flex max-h-[55dvh] flex-col gap-3">
        <section aria-labelledby="filter-examples" className="flex flex-col gap-1">
          <h3 id="filter-examples" className="label">
            Examples
          </h3>
          <dl className="grid grid-cols-1 gap-x-4 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
            {examples.map(([text, about]) => (
              <div key={text} className="contents">
                <dt className="font-mono text-xs [overflow-wrap:anywhere]">{text}</dt>
                <dd className="pb-1 text-muted">{about}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section aria-labelledby="filter-fields" className="flex flex-col gap-1">
          <h3 id="filter-fields" className="label">
            Fields
          </h3>
          <table className="w-full text-left">
            <thead className="sr-only">
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Type</th>
                <th scope="col">Meaning</th>
              </tr>
            </thead>
            <tbody>
              {fieldNames.map((name) => {
                const { type, nullable, about } = fieldSpec(name);
                return (
                  <tr key={name} className="border-t border-line align-baseline">
                    <th scope="row" className="py-1 pr-3 font-mono text-xs font-normal">
                      {name}
                    </th>
                    <td className="py-1 pr-3 text-xs whitespace-nowrap text-muted">
                      {type}
                      {nullable ? ', or null' : ''}
                    </td>
                    <td className="py-1">{about}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <p className="text-muted">
            Of headers, texts of up to 256 bytes can be found; a longer, binary or masked value is only known
            to be there. What frameworks write about a failure is in the fields above.
          </p>
        </section>
      </ScrollBox>
    </Dialog>
  );
}
