import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

interface Recording {
  readonly record: string
  readonly expr: string
}

interface Alert {
  readonly alert: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export function recordingRules(): Recording[] {
  return rulesOf<Recording>('config/prometheus/slipway.rules.yml')
}

export function alertRules(): Alert[] {
  return rulesOf<Alert>('config/prometheus/slipway.alerts.yml')
}

export function recordedNames(): string[] {
  return recordingRules().map(({ record }) => record)
}

function rulesOf<Rule>(file: string): Rule[] {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }
  return groups.flatMap(({ rules }) => rules)
}

/** Names of metrics in an expression that are not known. Patterns of names must match at least one. */
export function namesIn(expr: string, known: ReadonlySet<string>): string[] {
  const patterns = [...expr.matchAll(/__name__=~"([^"]+)"/g)].map(([, pattern = '']) => pattern)
  const empty = patterns.filter((pattern) => ![...known].some((name) => new RegExp(`^(?:${pattern})$`).test(name)))
  const plain = expr.replaceAll(/"[^"]*"/g, '""')
  const names = [...plain.matchAll(/\b(?:slipway|process|nodejs)[a-z0-9_:]*\b|\bup\b/g)].map(([name]) => name)
  return [...empty, ...names.filter((name) => !known.has(name))]
}
