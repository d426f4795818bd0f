import { parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.ts'

const benches: Record<string, () => Promise<Benchmark>> = {
  start: async () => (await import('./start.ts')).start,
  intake: async () => (await import('./intake.ts')).intake,
  plan: async () => (await import('./plan.ts')).plan,
  scale: async () => (await import('./scale.ts')).scale,
  jenkins: async () => (await import('./jenkins.ts')).jenkins,
  api: async () => (await import('./api.ts')).api,
  scrape: async () => (await import('./scrape.ts')).scrape,
  soak: async () => (await import('./soak.ts')).soak,
  footprint: async () => (await import('./footprint.ts')).footprint,
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } })
const load = benches[positionals[0] ?? '']
if (!load) {
  process.stderr.write(`usage: npm run bench -- NAME [--json]   NAME: ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { goals, run } = await load()
const figures = await run(say)
for (const [name, figure] of Object.entries(figures)) {
  const goal = goals[name]
  const verdict =
    goal && typeof figure === 'number' ? ` (goal ${goal.words}: ${goal.met(figure) ? 'met' : 'MISSED'})` : ''
  say(`${name}: ${String(figure)}${verdict}`)
}
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`)
