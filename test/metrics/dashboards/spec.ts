/** What a panel shows and how; its place follows from its width and its order. */
export interface PanelSpec {
  readonly kind: 'stat' | 'graph' | 'stacked' | 'bars' | 'heatmap' | 'table'
  readonly title: string
  /** What it says, and what to make of it. */
  readonly description: string
  /** Grafana's id of the unit. */
  readonly unit: Unit
  readonly queries: readonly QuerySpec[]
  /** Of 24 columns. */
  readonly width?: number
  readonly height?: number
  readonly decimals?: number
  /** From these values on it is yellow, and red. */
  readonly warn?: readonly [yellow: number, red: number]
  /** The same, but small values are the bad ones: below these it is yellow, and red. */
  readonly low?: readonly [yellow: number, red: number]
  /** Of a `stat`: its legend instead of its value. */
  readonly shows?: 'legend'
}

export type Unit = 's' | 'none' | 'percentunit' | 'bytes' | 'ops'

export interface QuerySpec {
  readonly expr: string
  /** With labels in double braces. */
  readonly legend: string
}

/** Which of the variables a dashboard offers. */
export type VariableName = 'source' | 'pool' | 'fleet' | 'currency'

export interface DashboardSpec {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly variables: readonly VariableName[]
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[]
}

/** Series of a metric that the variables choose, and only those with these labels. */
export function of(metric: string, variables: readonly VariableName[] = [], ...labels: readonly string[]): string {
  const chosen = variables.map((name) => (name === 'currency' ? 'currency="$currency"' : `${name}=~"$${name}"`))
  return `${metric}{${['instance=~"$instance"', ...chosen, ...labels].join(', ')}}`
}

/** What a counter gains in a second. */
export function rate(series: string): string {
  return `rate(${series}[$__rate_interval])`
}

/** What a counter has gained in the time that is shown. */
export function gained(series: string): string {
  return `increase(${series}[$__range])`
}

/** The value below which the share `q` of what a histogram's series counted lies. */
export function quantile(q: number, by: readonly string[], series: string): string {
  return `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (${rate(series)}))`
}

export function sumBy(labels: readonly string[], expression: string): string {
  return labels.length === 0 ? `sum(${expression})` : `sum by (${labels.join(', ')}) (${expression})`
}

/** Half, and all but a twentieth, in one panel. */
export function halfAndMost(by: readonly string[], series: string): QuerySpec[] {
  const legend = by.map((label) => `{{${label}}}`).join(' ')
  return [
    { expr: quantile(0.5, by, series), legend: `${legend} half`.trim() },
    { expr: quantile(0.95, by, series), legend: `${legend} 95 %`.trim() },
  ]
}
