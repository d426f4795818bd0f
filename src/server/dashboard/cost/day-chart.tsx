import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import type { CostLine } from '../../../domain/costs/report.ts'
import { amountText } from '../data/money.ts'
import { layersOf, stacked, sumIn, type Layer } from './lines.ts'

const HEIGHT = 240

/** Costs by day as stacked bars, with a legend, and all of it as a table too. */
export function DayChart({ rows, currency }: { readonly rows: readonly CostLine[]; readonly currency: string }) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const layers = layersOf(rows, currency)
  const kinds = layers.map(({ kind }) => kind).join(' ')

  useLayoutEffect(() => {
    const box = place.current
    if (!box) return undefined
    const made = new uPlot(optionsOf(box, kinds.split(' '), currency), [[]], box)
    plot.current = made
    const sized = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT }))
    sized.observe(box)
    const forget = onThemeChange(() => made.redraw(false, true))
    return () => {
      sized.disconnect()
      forget()
      made.destroy()
    }
  }, [kinds, currency])

  useEffect(() => plot.current?.setData(dataOf(rows, layers)))

  return (
    <>
      <div ref={place} class="chart" aria-hidden="true" />
      <ul class="legend" aria-hidden="true">
        {layers.map(({ kind }) => (
          <li key={kind}>
            <span class={`swatch cost-${kind}`} /> {kind === 'job' ? 'jobs' : kind}
          </li>
        ))}
      </ul>
      <details class="as-table">
        <summary>As a table</summary>
        <DayTable rows={rows} currency={currency} layers={layers} />
      </details>
    </>
  )
}

/** The tallest is drawn first, so that what is below shows before it. */
function dataOf(rows: readonly CostLine[], layers: readonly Layer[]): uPlot.AlignedData {
  const days = rows.map(({ key }) => Date.parse(`${key}T00:00:00Z`) / 1000)
  return [days, ...stacked(layers).reverse()]
}

function optionsOf(box: HTMLElement, kinds: readonly string[], currency: string): uPlot.Options {
  const bars = uPlot.paths.bars?.({ size: [0.7, 44], gap: 1 })
  const ink = (): string => colorOf(box, '--dim')
  const grid = { stroke: () => colorOf(box, '--line'), width: 1 }
  const font = '12px system-ui, sans-serif'
  return {
    width: box.clientWidth,
    height: HEIGHT,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_plot, from, to) => [from - 43_200, to + 43_200] },
      y: { range: (_plot, _from, to) => [0, to > 0 ? to * 1.08 : 1] },
    },
    axes: [
      {
        stroke: ink,
        grid: { show: false },
        ticks: { show: false },
        font,
        size: 26,
        incrs: [86_400, 604_800],
        values: (_plot, days) => days.map(dayText),
      },
      {
        stroke: ink,
        grid,
        ticks: { show: false },
        font,
        size: widest,
        values: (_plot, amounts) => amounts.map((amount) => `${amount} ${currency}`),
      },
    ],
    series: [
      {},
      ...kinds.toReversed().map((kind) => ({
        paths: bars,
        points: { show: false },
        width: 0,
        fill: () => colorOf(box, kind === 'job' ? '--cost-job' : `--waste-${kind}`),
      })),
    ],
  }
}

/** Room for the longest number, about seven pixels a character. */
function widest(_plot: uPlot, amounts: readonly string[] | null): number {
  return 14 + 7 * Math.max(6, ...(amounts ?? []).map(({ length }) => length))
}

function dayText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}

/** What a colour is in the theme of now: the canvas knows no variables. */
function colorOf(box: HTMLElement, name: string): string {
  box.style.color = `var(${name})`
  return getComputedStyle(box).color
}

function onThemeChange(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const chosen = new MutationObserver(changed)
  system.addEventListener('change', changed)
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => {
    system.removeEventListener('change', changed)
    chosen.disconnect()
  }
}

function DayTable({
  rows,
  currency,
  layers,
}: {
  rows: readonly CostLine[]
  currency: string
  layers: readonly Layer[]
}) {
  return (
    <div class="scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {layers.map(({ kind }) => (
              <th key={kind} scope="col" class="number">
                {kind === 'job' ? 'jobs' : kind}
              </th>
            ))}
            <th scope="col" class="number">
              Total
            </th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter(({ costs }) => costs.length > 0)
            .toReversed()
            .map((row) => {
              const sum = sumIn(row, currency)
              const cell = (nanos: string | undefined): string =>
                nanos === undefined ? '' : amountText({ nanos, currency })
              return (
                <tr key={row.key}>
                  <th scope="row" class="nowrap">
                    {row.key}
                  </th>
                  {layers.map(({ kind }) => (
                    <td key={kind} class="number">
                      {cell(kind === 'job' ? sum?.jobs : sum?.wasteBy[kind])}
                    </td>
                  ))}
                  <td class="number">{cell(sum?.total)}</td>
                </tr>
              )
            })}
        </tbody>
      </table>
    </div>
  )
}
