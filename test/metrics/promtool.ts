import { spawnSync } from 'node:child_process'

/** Prometheus' own tool: of the package `prometheus`. */
export function promtool(args: readonly string[], input?: string): { readonly code: number; readonly output: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  if (error) throw error
  return { code: status ?? 1, output: `${stdout}${stderr}` }
}

/** In CI the package is there, so that nothing is left out unseen. */
export function hasPrometheus(): boolean {
  const there = spawnSync('promtool', ['--version']).status === 0
  if (there) return true
  if (process.env['CI'] === 'true') throw new Error('promtool is missing: install the package prometheus')
  process.stderr.write(
    '\nPROMTOOL IS MISSING: rules, alerts and dashboards are NOT tried. Install the package prometheus.\n\n',
  )
  return false
}
