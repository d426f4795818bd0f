import type { Item, Node } from '../records.ts'
import type { Estate } from './estate.ts'
import { canTake } from './work.ts'

export interface WhyOptions {
  readonly estate: Estate
  readonly system: 'jenkins' | 'hudson'
  readonly language: 'en' | 'de'
  readonly builtInExecutors: boolean
  readonly now: number
}

/** Why an item waits, in the controller's words and by its own rules: of several nodes it names the label, of one the node. */
export function whyOf(item: Item, options: WhyOptions): string {
  const { estate, now } = options
  const words = wordsOf(options)
  if (item.blocked) return words.inProgress
  if (item.buildableAt > now) return words.quiet(item.buildableAt - now)
  const nodes = [...estate.nodes.values()]
  if (item.label === undefined || nodes.length === 0) {
    if (item.label !== undefined && options.builtInExecutors) return words.lacks('Built-In Node', item.label)
    return words.executor
  }
  const fitting = nodes.filter((node) => canTake(node, item))
  return fitting.every((node) => isOffline(node))
    ? offline(fitting, item.label, words)
    : busy(fitting, item.label, words)
}

function isOffline(node: Node): boolean {
  return !node.connected || node.offlineCause !== undefined
}

function offline(fitting: readonly Node[], label: string, words: Words): string {
  const [only, ...more] = fitting
  if (!only) return words.noNodes(label)
  return more.length === 0 ? words.nodeOffline(only.name) : words.allOffline(label)
}

function busy(fitting: readonly Node[], label: string, words: Words): string {
  const [only, ...more] = fitting
  return words.executorOn(only && more.length === 0 ? only.name : label)
}

type Words = ReturnType<typeof wordsOf>

function wordsOf({ system, language }: WhyOptions) {
  if (language === 'de') return german
  return system === 'hudson' ? hudson : jenkins
}

const jenkins = {
  inProgress: 'A build is already in progress',
  quiet: (ms: number) => `In the quiet period. Expires in ${(ms / 1000).toFixed(1)} sec`,
  executor: 'Waiting for next available executor',
  executorOn: (name: string) => `Waiting for next available executor on ‘${name}’`,
  noNodes: (label: string) => `There are no nodes with the label ‘${label}’`,
  allOffline: (label: string) => `All nodes of label ‘${label}’ are offline`,
  nodeOffline: (name: string) => `‘${name}’ is offline`,
  lacks: (name: string, label: string) => `‘${name}’ doesn’t have label ‘${label}’`,
}

const hudson: typeof jenkins = {
  ...jenkins,
  executorOn: (name) => `Waiting for next available executor on ${name}`,
  noNodes: (label) => `All nodes of label '${label}' are offline`,
  allOffline: (label) => `All nodes of label '${label}' are offline`,
  nodeOffline: (name) => `${name} is offline`,
  lacks: (name, label) => `${name} doesn't have label ${label}`,
}

const german: typeof jenkins = {
  ...jenkins,
  inProgress: 'Ein Build ist bereits in Arbeit',
  quiet: (ms) => `In Ruhe-Periode. Endet in ${(ms / 1000).toFixed(1)} Sekunden`,
  executor: 'Warte auf den nächsten freien Build-Prozessor',
  executorOn: (name) => `Warte auf den nächsten freien Build-Prozessor auf ${name}`,
  noNodes: (label) => `Es gibt keine Knoten mit dem Label „${label}“`,
  allOffline: (label) => `Alle Knoten des Labels „${label}“ sind offline`,
  nodeOffline: (name) => `${name} ist offline`,
}
