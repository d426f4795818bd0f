import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Pair,
} from 'yaml'
import type { ConfigProblem, Finding, Path } from './problem.ts'
import { pathText } from './problem.ts'

/** The file as a tree, and the way back from a path to its line. */
export interface ConfigDocument {
  /** Plain data; undefined when the text is no usable YAML. */
  readonly tree: unknown
  readonly problems: readonly ConfigProblem[]
  /** Gives a finding its place. One whose path is not in the text points at the nearest parent that is. */
  readonly locate: (finding: Finding) => ConfigProblem
}

/** Reads YAML. Broken syntax ends it; duplicate keys are reported and the rest is still read. */
export function readDocument(text: string, file: string): ConfigDocument {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true, stringKeys: true })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  const nowhere = (finding: Finding): ConfigProblem => Object.assign({ file, line: 0, column: 0 }, words(finding))

  const [document, second] = [...documents]
  if (!document || (isEmpty(document) && !second)) {
    const problem = nowhere({
      path: [],
      reason: 'the file is empty',
      mend: 'Begin with the example: config/slipway.example.yaml.',
    })
    return { tree: undefined, problems: [problem], locate: nowhere }
  }

  const locate = (finding: Finding): ConfigProblem => Object.assign(at(offsetOf(document, finding)), words(finding))
  const broken = [
    ...[...document.errors, ...document.warnings]
      .filter((error) => error.code !== 'DUPLICATE_KEY')
      .map((error) => Object.assign(at(error.pos[0]), syntax(error.message))),
    ...unknownAliases(document).map((alias) => Object.assign(at(startOf(alias) ?? 0), unknownAlias(alias.source))),
  ]
  // The place is that of the second one; its path would lead to the first.
  const duplicates = document.errors
    .filter((error) => error.code === 'DUPLICATE_KEY')
    .map((error) => Object.assign(at(error.pos[0]), words(twice(pathAt(document, error.pos[0])))))
  const several = second ? [Object.assign(at(second.range[0]), SEVERAL)] : []
  return {
    tree: broken.length > 0 ? undefined : document.toJS(),
    problems: [...broken, ...duplicates, ...several],
    locate,
  }
}

const SEVERAL = {
  path: '',
  reason: 'the file holds several YAML documents',
  mend: 'Keep one, and remove the `---` between them.',
}

function syntax(message: string) {
  return { path: '', reason: `not valid YAML: ${message}`, mend: 'Check indentation, quotes and brackets there.' }
}

function unknownAlias(name: string) {
  return {
    path: '',
    reason: `names the anchor \`${name}\`, which is not defined before it`,
    mend: `Define \`&${name}\` above, or quote a text that begins with \`*\`.`,
  }
}

function twice(path: Path): Finding {
  return {
    path,
    atKey: true,
    reason: `the key \`${path.at(-1) ?? ''}\` is there twice`,
    mend: 'Remove one of the two.',
  }
}

function unknownAliases(document: Document.Parsed): Alias[] {
  const unknown: Alias[] = []
  visit(document, {
    Alias(_key, alias) {
      if (!alias.resolve(document)) unknown.push(alias)
    },
  })
  return unknown
}

function isEmpty(document: Document.Parsed): boolean {
  return document.contents === null || (isScalar(document.contents) && document.contents.value === null)
}

function words({ path, reason, mend, nearest }: Finding) {
  return { path: pathText(path), reason, mend, ...(nearest !== undefined && { nearest }) }
}

/** Walks down as far as the text goes, and gives the offset of the last node (or key) reached. */
function offsetOf(document: Document.Parsed, { path, atKey }: Finding): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const pair = isMap(node) ? node.items.find((item) => keyText(item) === String(step)) : undefined
    const item = isSeq(node) && typeof step === 'number' ? node.items[step] : pair?.value
    const key = startOf(pair?.key)
    if (key !== undefined && atKey && depth === path.length - 1) return key
    // A key without a value is pointed at itself.
    offset = startOf(item) ?? key ?? offset
    node = item
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

/** The path of the key that begins at an offset. */
function pathAt(document: Document.Parsed, offset: number): Path {
  let found: Path = []
  visit(document, {
    Pair(_key, pair, ancestors) {
      if (startOf(pair.key) !== offset) return undefined
      const steps = ancestors.map((ancestor, index) => {
        if (isPair(ancestor)) return keyText(ancestor)
        return isSeq(ancestor) ? ancestor.items.indexOf(ancestors[index + 1] ?? pair) : undefined
      })
      found = [...steps.filter((step) => step !== undefined), keyText(pair)]
      return visit.BREAK
    },
  })
  return found
}

function keyText(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key)
}
