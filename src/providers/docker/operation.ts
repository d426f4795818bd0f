import { Refused } from '../../domain/errors.ts'

/** Work under way, as text that outlives this process: what is being done to which machine. */
export type Work =
  | { readonly do: 'create'; readonly name: string; readonly sizeName: string }
  | { readonly do: 'delete' | 'stop'; readonly name: string }

export function textOf(work: Work): string {
  return JSON.stringify(work)
}

export function workOf(text: string): Work {
  try {
    return JSON.parse(text) as Work
  } catch (error) {
    throw new Refused(`${text} is no operation of this provider`, { cause: error })
  }
}
