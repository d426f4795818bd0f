import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
  type DataSourceRef,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Panel,
  type Threshold,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as Heatmap, YAxisConfigBuilder } from '@grafana/grafana-foundation-sdk/heatmap'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import type { PanelSpec } from './spec.ts'

const dataSource: DataSourceRef = { type: 'prometheus', uid: '${datasource}' }

/** Three in a row unless it says otherwise. */
export function toPanel(spec: PanelSpec): Builder<Panel> {
  const { title, description, unit, decimals, width = 8, height = spec.kind === 'stat' ? 4 : 8 } = spec
  const panel = visualization(spec)
    .title(title)
    .description(description)
    .datasource(dataSource)
    .span(width)
    .height(height)
    .unit(unit)
    .targets(queries(spec))
  return decimals === undefined ? panel : panel.decimals(decimals)
}

type Visualization = BarGauge | Heatmap | Stat | Table | TimeSeries

function visualization(spec: PanelSpec): Visualization {
  switch (spec.kind) {
    case 'stat':
      return stat(spec)
    case 'graph':
      return graph(spec)
    case 'stacked':
      return graph(spec).stacking(new StackingConfigBuilder().mode(StackingMode.Normal)).fillOpacity(40)
    case 'bars':
      return new BarGauge()
        .orientation(VizOrientation.Horizontal)
        .displayMode(BarGaugeDisplayMode.Basic)
        .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
        .min(0)
        .thresholds(thresholds(spec))
    case 'heatmap':
      return new Heatmap().calculate(false).yAxis(new YAxisConfigBuilder().unit(spec.unit)).hideLegend()
    case 'table':
      return new Table().withTransformation({
        id: 'organize',
        options: { excludeByName: { Time: true, Value: true }, indexByName: {}, renameByName: {} },
      })
  }
}

function stat(spec: PanelSpec): Stat {
  const built = new Stat()
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.None)
    .colorMode(spec.warn || spec.low ? BigValueColorMode.Background : BigValueColorMode.None)
    .thresholds(thresholds(spec))
  return spec.shows === 'legend' ? built.textMode(BigValueTextMode.Name) : built
}

function graph(spec: PanelSpec): TimeSeries {
  const built = new TimeSeries()
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .min(0)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
  if (!spec.warn && !spec.low) return built
  return built
    .thresholds(thresholds(spec))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
}

function thresholds({ warn, low }: PanelSpec): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(warn, low))
}

function steps(warn: PanelSpec['warn'], low: PanelSpec['low']): Threshold[] {
  if (low)
    return [
      { value: null, color: 'red' },
      { value: low[1], color: 'yellow' },
      { value: low[0], color: 'green' },
    ]
  const green = { value: null, color: 'green' }
  if (!warn) return [green]
  const red = { value: warn[1], color: 'red' }
  return warn[0] === warn[1] ? [green, red] : [green, { value: warn[0], color: 'yellow' }, red]
}

/** What is shown as one number is asked for once; a curve is asked for over time. */
function queries(spec: PanelSpec): DataqueryBuilder[] {
  return spec.queries.map(({ expr, legend }, index) => {
    const query = new DataqueryBuilder()
      .expr(expr)
      .refId('ABCDEFGH'.charAt(index))
      .legendFormat(legend)
      .datasource(dataSource)
    if (spec.kind === 'heatmap') return query.range().format(PromQueryFormat.Heatmap)
    if (spec.kind === 'table') return query.instant().format(PromQueryFormat.Table)
    return spec.kind === 'stat' || spec.kind === 'bars' ? query.instant() : query.range()
  })
}
