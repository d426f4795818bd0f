/** The text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Lines that give a command the text on stdin, to the letter; a line break is added where the text ends without one. */
export function withInput(command: string, text: string): string {
  const body = text.endsWith('\n') || text === '' ? text : `${text}\n`
  const lines = new Set(body.split('\n'))
  let end = 'SLIPWAY'
  while (lines.has(end)) end += '-'
  return `${command} <<'${end}'\n${body}${end}`
}
