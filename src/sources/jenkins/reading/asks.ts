import type { Requirement } from '../../../domain/jobs/requirement.ts'
import type { Dialect } from '../dialect.ts'
import { parseLabels } from '../labels/expression.ts'
import { readWhy, type Why } from '../labels/why.ts'
import { jobPathOf } from './job-path.ts'
import type { Reading } from './reading.ts'
import type { QueueItem } from './shapes.ts'

/** A quiet period that ends within this counts as over: an agent takes that long to come. */
const SOON_MS = 10_000
/** What can't be seen yet is shown as a label that no pool has. */
const HIDDEN = 'hidden by the controller until it has a node'

/** What an item in the queue asks for. `nothing`: it runs anywhere but on our nodes, and is no business of ours. */
export type Ask =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'labels'
      readonly requirement: Requirement
      readonly state: 'queued' | 'waiting'
      /** The words told it by a node's name, or not at all: what was known before is better. */
      readonly vague: boolean
    }

export function askOf(item: QueueItem, reading: Reading, dialect: Dialect): Ask {
  const why = readWhy(item.why ?? '')
  const told = requirementOf(item, why, reading, dialect)
  if (!told) return { kind: 'nothing' }
  const state = told.unknown ? 'waiting' : stateOf(item, why, reading)
  return { kind: 'labels', requirement: told.requirement, state, vague: told.vague }
}

interface Told {
  readonly requirement: Requirement
  readonly vague: boolean
  readonly unknown?: boolean
}

/** The words name the label that counts, which a plug-in may have changed for this one build. */
function requirementOf(item: QueueItem, why: Why, reading: Reading, dialect: Dialect): Told | undefined {
  const written = item.task?.labelExpression ?? ''
  if (why.says === 'label') return labelled(why.label, dialect)
  if (written !== '') return labelled(written, dialect)
  switch (why.says) {
    case 'node':
      return ofNode(why.node, reading, dialect)
    case 'either':
      return reading.nodes.has(why.name) ? ofNode(why.name, reading, dialect) : labelled(why.name, dialect)
    case 'executor':
      // Without any node no label is named; with one, there is none.
      return (isStep(item) || dialect.kind === 'hudson') && !hasNodes(reading) ? unknown(HIDDEN) : undefined
    case 'foreign':
      return isStep(item) || item.buildable
        ? unknown(`told in ${why.language}, and only English is understood`)
        : undefined
    case 'held':
    case 'other':
      return undefined
  }
}

function labelled(written: string, dialect: Dialect): Told | undefined {
  const expression = parseLabels(written, dialect.grammar)
  return expression && { requirement: { kind: 'expression', expression, matchCase: true }, vague: false }
}

/** It waits for that node alone, so it asks for something that the node has. */
function ofNode(name: string, reading: Reading, dialect: Dialect): Told | undefined {
  const node = reading.nodes.get(name)
  if (!node?.ours || node.labels.length === 0) return vaguely(labelled(JSON.stringify(name), dialect))
  return { requirement: { kind: 'all', labels: node.labels, matchCase: true }, vague: true }
}

function vaguely(told: Told | undefined): Told | undefined {
  return told && { ...told, vague: true }
}

function unknown(label: string): Told {
  const requirement: Requirement = { kind: 'expression', expression: { op: 'label', label }, matchCase: true }
  return { requirement, vague: true, unknown: true }
}

function stateOf(item: QueueItem, why: Why, reading: Reading): 'queued' | 'waiting' {
  if (item.blocked) return 'waiting'
  if (item.buildable) return why.says === 'held' ? 'waiting' : 'queued'
  return (item.timestamp ?? Infinity) - reading.date <= SOON_MS ? 'queued' : 'waiting'
}

/** A step of a run that has begun: a Pipeline's `node`. */
export function isStep(item: QueueItem): boolean {
  return jobPathOf(item.task?.url ?? '')?.number !== undefined
}

/** Besides the controller's own. */
function hasNodes(reading: Reading): boolean {
  return [...reading.nodes.keys()].some((name) => !/^(?:Built-In Node|built-in|master|\(master\))$/i.test(name))
}

/** The node whose name stands in an item's words, if it is one of ours. */
export function namedNode(item: QueueItem, reading: Reading): string | undefined {
  const why = readWhy(item.why ?? '')
  const name = why.says === 'node' ? why.node : why.says === 'either' ? why.name : undefined
  return name !== undefined && reading.nodes.get(name)?.ours ? name : undefined
}
