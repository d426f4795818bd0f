import * as common from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { toPanel } from './panels.ts'
import type { DashboardSpec, VariableName } from './spec.ts'

const TAG = 'slipway'

/** Where each variable's values are found; `currency` is chosen alone, as amounts of two are never added. */
const found: Record<VariableName | 'instance', { readonly label: string; readonly metric: string }> = {
  instance: { label: 'Installation', metric: 'slipway_info' },
  source: { label: 'Source', metric: 'slipway_scope_readable' },
  pool: { label: 'Pool', metric: 'slipway_agents_limit' },
  // Those that have machines, and those that could.
  fleet: { label: 'Fleet', metric: 'slipway_machines_(cordoned|unpriced)' },
  currency: { label: 'Currency', metric: 'slipway_fleet_price_per_hour' },
}

/** The dashboard as Grafana is given it. */
export function toDashboard(spec: DashboardSpec): Dashboard {
  const dashboard = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .readonly()
    .link(
      new DashboardLinkBuilder('Slipway')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
  for (const name of ['instance', ...spec.variables] as const) dashboard.withVariable(variable(name))
  for (const { title, panels } of spec.rows) {
    dashboard.withRow(new RowBuilder(title))
    for (const panel of panels) dashboard.withPanel(toPanel(panel))
  }
  return finished(dashboard.build())
}

/** Panels are told apart, and the link to the other boards is in sight. */
function finished(dashboard: Dashboard): Dashboard {
  const panels = dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 }))
  const links = dashboard.links?.map(({ placement: _hidden, ...link }) => link)
  return { ...dashboard, ...(panels && { panels }), ...(links && { links }) }
}

function variable(name: VariableName | 'instance'): QueryVariableBuilder {
  const { label, metric } = found[name]
  const only = name === 'instance' ? '' : ', instance=~"$instance"'
  const query = `label_values({__name__=~"${metric}"${only}}, ${name})`
  const one = name === 'currency'
  const built = new QueryVariableBuilder(name)
    .label(label)
    .datasource(dataSource)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
  if (one) return built
  return built.multi(true).includeAll(true).allValue('.*').current({ selected: true, text: 'All', value: '$__all' })
}

const dataSource: common.DataSourceRef = { type: 'prometheus', uid: '${datasource}' }
