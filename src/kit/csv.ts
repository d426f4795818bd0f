/** What a terminal would obey instead of showing. */
const obeyed = /(?![\t\r\n])\p{Cc}/gu

export type CsvCell = string | number | undefined

/**
 * Comma-separated values as RFC 4180 has them, lines ended by CRLF. A text that a spreadsheet would take for a formula
 * gets an apostrophe in front: names come from outside.
 */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: CsvCell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  const shown = cell.replace(obeyed, '')
  const safe = /^[=+\-@\t\r]/.test(shown) ? `'${shown}` : shown
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
