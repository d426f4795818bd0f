/*
 * Names, reasons and errors come from outside: repositories, workflows, providers. What a terminal would obey instead
 * of showing (colours, cursor moves, titles, text that runs backwards, new lines) is taken out of them.
 */

const obeyed = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu
const obeyedButLines = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

/** One line of text that a terminal only shows. Ends of lines become blanks. */
export function plain(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(obeyed, '')
}

/** The same of text that may have several lines. */
export function plainLines(text: string): string {
  return text.replace(obeyedButLines, '')
}

/** The same of every text in an answer. */
export function plainData<T>(value: T): T {
  return cleaned(value) as T
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [plain(key), cleaned(item)]))
}

/** JSON of the same value in which nothing is left that a terminal would obey. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    obeyedButLines,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
