import { languageOf } from './languages.ts'

/**
 * What the queue's own words (`why`) tell of an item's label. They are all that is told for a step of a Pipeline, whose
 * label the API does not show; and where one single node has the label, they name that node instead.
 */
export type Why =
  | { readonly says: 'label'; readonly label: string }
  | { readonly says: 'node'; readonly node: string }
  /** A label, or the one node that has it. */
  | { readonly says: 'either'; readonly name: string }
  /** It waits for an executor, and no label is named. */
  | { readonly says: 'executor' }
  /** It is held: a quiet period, another build, a shutdown. */
  | { readonly says: 'held' }
  /** Words of another language: what they name can't be told. */
  | { readonly says: 'foreign'; readonly language: string }
  | { readonly says: 'other' }

const OPEN = `(?:‘|''|'|"|“)?`
const CLOSE = `(?:’|''|'|"|”)?`
const NAME = `${OPEN}(?<name>.+?)${CLOSE}`

/** The English words of Jenkins and of Hudson, which quotes less. In this order: the more telling first. */
const SENTENCES: readonly (readonly [RegExp, (name: string) => Why])[] = [
  [/^In the quiet period\. Expires in |^Finished waiting$/, held],
  [/^(?:A build|Build #\d+) is already in progress/, held],
  [/^Blocked by |^(?:Upstream|Downstream) project .+ is already building\.?$/, held],
  [/^(?:Jenkins|Hudson) is about to shut down$|^Restoring the build queue$/, held],
  [sentence(`There are no nodes with the label ${NAME}`), label],
  [sentence(`All nodes of label ${NAME} are offline`), label],
  [sentence(`${OPEN}.+?${CLOSE} doesn[’']t have label ${NAME}`), label],
  [sentence(`Waiting for next available executor on ${NAME}`), (name) => ({ says: 'either', name })],
  [/^Waiting for next available executor$/, () => ({ says: 'executor' })],
  [sentence(`${OPEN}.+?${CLOSE} lacks permission to run on ${NAME}`), node],
  [sentence(`${NAME} is (?:offline|not accepting tasks)`), node],
  [/ is reserved for jobs (?:tied to it|with matching label expression)$/, () => ({ says: 'executor' })],
]

/** Reads the words that an item waits with; several reasons are joined by `; `. */
export function readWhy(why: string): Why {
  const parts = why.split('; ')
  for (const [pattern, read] of SENTENCES)
    for (const part of parts) {
      const found = pattern.exec(part.trim())
      if (found) return read(found.groups?.['name'] ?? '')
    }
  const language = languageOf(why)
  return language === undefined ? { says: 'other' } : { says: 'foreign', language }
}

function sentence(words: string): RegExp {
  return new RegExp(`^${words}$`)
}

function label(name: string): Why {
  return { says: 'label', label: name }
}

function node(name: string): Why {
  return { says: 'node', node: name }
}

function held(): Why {
  return { says: 'held' }
}
