import { headerColumn, headerLimits } from '../header-column.ts';
import { FilterFault, type Span } from './problem.ts';

const encoder = new TextEncoder();

/** @throws FilterFault `type` for a header that the index does not keep as one */
export function checkHeader(name: string, span: Span): string {
  if (name === '' || encoder.encode(name).length > headerLimits.nameBytes)
    throw new FilterFault('type', span, `The name of a header has 1 to ${headerLimits.nameBytes} bytes.`);
  const column = headerColumn(name);
  if (column !== null)
    throw new FilterFault(
      'type',
      span,
      `${name} is not kept as a header: Sluice reads it into a field of its own.`,
      column,
    );
  return name;
}
