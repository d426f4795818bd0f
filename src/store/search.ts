import type { Job } from '../domain/jobs/job.ts'

/** More would only make a search slower, not better. */
const mostWords = 8

/** What must all occur in `searchText`. Case is ignored as SQLite does it: of English letters. */
export function searchWords(search: string): string[] {
  return smallLetters(search).split(/\s+/).filter(Boolean).slice(0, mostWords)
}

/** What a search looks through. */
export function searchText({ repository, workflow, name, key, runId }: Job): string {
  return smallLetters([repository, workflow, name, key, runId ?? ''].join('\n'))
}

function smallLetters(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
