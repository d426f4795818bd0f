/** A parsed `tree=` parameter: which fields of an answer are wanted, and of lists which part. */
interface Tree {
  readonly fields: ReadonlyMap<string, Tree>
  readonly from: number
  readonly to: number
}

/** Cuts an answer down to what `tree` names, as the controller does. */
export function prune(value: unknown, tree: string | undefined): unknown {
  return tree === undefined ? value : cut(value, parse(tree))
}

function cut(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => cut(item, tree)).slice(tree.from, tree.to)
  if (typeof value !== 'object' || value === null || tree.fields.size === 0) return value
  const known = Object.entries(value).filter(([name]) => name === '_class' || tree.fields.has(name))
  return Object.fromEntries(known.map(([name, each]) => [name, cut(each, tree.fields.get(name) ?? NOTHING)]))
}

const NOTHING: Tree = { fields: new Map(), from: 0, to: Infinity }

function parse(text: string): Tree {
  let at = 0

  function fields(): Map<string, Tree> {
    const found = new Map<string, Tree>()
    while (at < text.length && text.charAt(at) !== ']') {
      const name = take(/[\w$]+/y)
      if (name === '') throw new Error(`tree: a name was expected at ${at} of ${text}`)
      const inner = skip('[') ? fields() : new Map<string, Tree>()
      if (inner.size > 0) skip(']')
      const range = /^\{(\d*),(\d*)\}$/.exec(take(/\{\d*,\d*\}/y))
      found.set(name, { fields: inner, from: Number(range?.[1] ?? 0), to: Number(range?.[2] || Infinity) })
      skip(',')
    }
    return found
  }

  function take(pattern: RegExp): string {
    pattern.lastIndex = at
    const piece = pattern.exec(text)?.[0] ?? ''
    at += piece.length
    return piece
  }

  function skip(sign: string): boolean {
    if (text.charAt(at) !== sign) return false
    at += 1
    return true
  }

  return { fields: fields(), from: 0, to: Infinity }
}
