import { appendFileSync } from 'node:fs'

/** Writes at once, so that the last line before a crash is there. */
export function fileSink(path: string): { write(text: string): void } {
  return { write: (text) => appendFileSync(path, text) }
}
