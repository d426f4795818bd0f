import { readdirSync, readFileSync } from 'node:fs'
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, it } from 'vitest'
import { namesIn, recordedNames } from '../rules.ts'
import { scrapeAll, seriesNames } from '../scraped.ts'
import { toDashboard } from './build.ts'
import { allQueries, dashboardFile, dashboards, dashboardText } from './index.ts'

describe('dashboards', () => {
  it('are in config/grafana as they are built: `npm run dashboards` writes them', () => {
    const files = readdirSync('config/grafana/dashboards').map((name) => `config/grafana/dashboards/${name}`)
    expect(files.sort()).toEqual(dashboards.map(dashboardFile).sort())
    for (const spec of dashboards)
      expect(readFileSync(dashboardFile(spec), 'utf8') === dashboardText(toDashboard(spec)), spec.uid).toBe(true)
  })

  it('ask for metrics that are there', async () => {
    const known = new Set([...seriesNames(await scrapeAll()), ...recordedNames()])
    const unknown = allQueries().flatMap(({ expr }) => namesIn(expr, known))
    expect(unknown).toEqual([])
    const variables = dashboards.flatMap((spec) => toDashboard(spec).templating?.list ?? [])
    expect(variables.flatMap(({ definition = '' }) => namesIn(definition, known))).toEqual([])
  })

  it.each(dashboards.map((spec) => [spec.uid, spec] as const))(
    '%s: uses only variables that it offers',
    (_uid, spec) => {
      const offered = toDashboard(spec).templating?.list?.map(({ name }) => name) ?? []
      const panels = spec.rows.flatMap((row) => row.panels)
      const text = panels.flatMap(({ title, queries }) => [title, ...queries.map(({ expr }) => expr)]).join()
      const used = [...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => name).filter((name) => !name.startsWith('__'))
      expect(offered).toEqual(expect.arrayContaining(used))
    },
  )

  it.each(dashboards.map((spec) => [spec.uid, spec] as const))(
    '%s: every panel says what it shows, and none lies on another',
    (_uid, spec) => {
      const panels = panelsOf(toDashboard(spec))
      expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
      const taken = new Set<string>()
      for (const { title, description, gridPos, targets, fieldConfig } of panels) {
        expect(description?.length, title).toBeGreaterThan(20)
        expect(targets?.length, title).toBeGreaterThan(0)
        expect(fieldConfig?.defaults.unit, title).toBeDefined()
        if (!gridPos) throw new Error(`${title} has no place`)
        expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(taken.has(`${x}/${y}`), `${title} at ${x}/${y}`).toBe(false)
            taken.add(`${x}/${y}`)
          }
      }
    },
  )
})

function panelsOf({ panels = [] }: Dashboard): Panel[] {
  return panels.filter((panel): panel is Panel => panel.type !== 'row')
}
