import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/metrics/index.ts'
import { exercise } from './lives.ts'

interface Described {
  readonly name: string
  readonly type: string
  readonly labels: string[]
}

/** What a scrape shows, with the labels of its lines but those that every histogram or default metric brings. */
function described(body: string): Described[] {
  const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return types.map(([, name = '', type = '']) => {
    const labels = new Set<string>()
    for (const [, text = ''] of body.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm')))
      for (const [, label = ''] of text.matchAll(/(\w+)="/g)) if (label !== 'le') labels.add(label)
    return { name, type, labels: [...labels].sort() }
  })
}

describe('docs/metrics.md', () => {
  it('lists what a scrape shows: every metric, its type and its labels, and no other', async () => {
    const clock = { wall: () => 0, monotonic: () => 0, timer: () => () => {} }
    const metrics = createMetrics({ clock, perRepository: { enabled: true, limit: 100 } })
    await exercise(metrics)
    const { body } = await metrics.scrape()
    const shown = described(body)

    const page = readFileSync('docs/metrics.md', 'utf8')
    const rows = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\| ([^|]*) \| [^|]+ \|$/gm)]
    const listed = rows.map(([, name = '', type = '', labels = '']) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label).sort(),
    }))

    expect(listed.filter(ours).sort(byName)).toEqual(shown.filter(ours).sort(byName))
    const names = (all: Described[]) => all.filter((metric) => !ours(metric)).map(({ name }) => name)
    expect(names(listed).sort()).toEqual(names(shown).sort())
  })
})

function ours(metric: Described): boolean {
  return metric.name.startsWith('slipway_')
}

function byName(a: Described, b: Described): number {
  return a.name < b.name ? -1 : 1
}
