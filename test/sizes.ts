/** `npm run sizes`: the measures that we watch. A report and no limit: it never fails. */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

const MANY_FILES = 12

const sources = globSync('src/**/*.{ts,tsx}').filter((file) => !file.endsWith('.test.ts'))
const lines = new Map(sources.map((file) => [file, readFileSync(file, 'utf8').split('\n').length - 1]))
const ordered = [...lines.values()].sort((a, b) => a - b)

console.log(
  `files: ${ordered.length}, median ${quantile(0.5)} lines (wanted < 100), p90 ${quantile(0.9)} (wanted < 300)`,
)
report(
  'files over 300 lines',
  [...lines].filter(([, count]) => count > 300).map(([file, count]) => `${file}: ${count}`),
)
report('functions over 60 lines', longFunctions())
report(`folders of more than ${MANY_FILES} files`, crowdedFolders())

function quantile(share: number): number {
  return ordered[Math.floor(share * (ordered.length - 1))] ?? 0
}

interface Finding {
  readonly filename: string
  readonly message: string
  readonly labels: readonly { readonly span: { readonly line: number } }[]
}

function longFunctions(): string[] {
  const args = ['node_modules/oxlint/bin/oxlint', '-c', 'test/sizes.oxlintrc.json', '--format=json', 'src']
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Finding[] }
  const findings = diagnostics.filter(({ filename }) => !filename.endsWith('.test.ts'))
  return findings.map(({ filename, labels, message }) => `${filename}:${labels[0]?.span.line}: ${message}`)
}

function crowdedFolders(): string[] {
  const counts = new Map<string, number>()
  for (const file of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > MANY_FILES).map(([folder, count]) => `${folder}: ${count}`)
}

function report(title: string, found: readonly string[]): void {
  console.log(`${title}: ${found.length === 0 ? 'none' : found.length}`)
  for (const line of found) console.log(`  ${line}`)
}
