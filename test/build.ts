/** `npm run build`: src/ → dist/, JavaScript from TypeScript, everything else (but tests) as it is. */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { join, sep } from 'node:path'

const SOURCE = 'src'
const TARGET = 'dist'
/** Bundled, not compiled: see build-console.ts. */
const CONSOLE = join(SOURCE, 'server', 'dashboard') + sep

rmSync(TARGET, { recursive: true, force: true })

const compiler = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})

if (compiler.status === 0) {
  for (const asset of globSync('**/*', { cwd: SOURCE, withFileTypes: true })) {
    if (!asset.isFile() || asset.name.endsWith('.ts')) continue
    const path = join(asset.parentPath, asset.name)
    if (path.startsWith(CONSOLE)) continue
    cpSync(path, path.replace(SOURCE, TARGET))
  }
  await import('./build-console.ts')
}
process.exitCode = compiler.status ?? 1
