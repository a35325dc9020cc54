/** What a spreadsheet may take for a formula or for the way into one, full-width forms too. */
const startsFormula = /^[=+\-@\t\r\n＝＋－＠]/;
const needsQuotes = /[",\r\n]/;

export type Cell = string | number | boolean | null;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (cell === '') return '""';
  const text = startsFormula.test(String(cell)) ? `'${cell}` : String(cell);
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * One row of CSV as RFC 4180 has it, with its line end. What begins like a formula gets an apostrophe before it, so that no spreadsheet runs
 * it; null is an empty cell, an empty text is `""`.
 */
export const csvRow = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`;
