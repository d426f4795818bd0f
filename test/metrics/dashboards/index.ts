import { cost } from './cost.ts'
import { health } from './health.ts'
import { jobs } from './jobs.ts'
import { machines } from './machines.ts'
import { overview } from './overview.ts'
import type { DashboardSpec } from './spec.ts'

export const dashboards: readonly DashboardSpec[] = [overview, cost, jobs, machines, health]

/** Relative to the repository. */
export function dashboardFile({ uid }: DashboardSpec): string {
  return `config/grafana/dashboards/${uid}.json`
}

export function dashboardText(dashboard: object): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`
}

/** Every query of every dashboard. */
export function allQueries(): { readonly where: string; readonly expr: string }[] {
  return dashboards.flatMap(({ title, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap((panel) => panel.queries.map(({ expr }) => ({ where: `${title} / ${panel.title}`, expr }))),
    ),
  )
}
