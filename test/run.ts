/**
 * `npm test -- [--install-docker] [anything that vitest takes]`
 *
 * Runs the projects `unit` and `pack`, and `docker` where a container engine is found. With `--install-docker` one is
 * installed and started first if none is. The last line sums up all projects.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemHost } from '../src/kit/host.ts'
import { CannotInstall, installDocker } from '../src/kit/install-docker.ts'
import { systemClock } from '../src/kit/system-clock.ts'
import { findEngine, type FoundEngine } from '../src/runtimes/docker/connection/find-engine.ts'

const INSTALL = '--install-docker'

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const problem = args.includes(INSTALL) ? await install() : undefined
  const engine = await findEngine(process.env, systemClock)
  // What could not be installed is no matter if an engine runs already.
  if (problem !== undefined) console.error(banner('THE CONTAINER ENGINE COULD NOT BE INSTALLED.', problem))
  if (problem !== undefined && !engine.found) return 1
  if (!engine.found) {
    console.error(banner('NO CONTAINER ENGINE FOUND: the tests that need one are NOT run.', howToGetOne(engine.tried)))
    if (process.env['CI'] === 'true') return 1
  }
  return runVitest(
    args.filter((arg) => arg !== INSTALL),
    addressOf(engine),
  )
}

/** Why it failed, in words. */
async function install(): Promise<string | undefined> {
  try {
    const deps = { host: systemHost(), clock: systemClock, log: (line: string) => console.error(line) }
    await installDocker(deps)
    return undefined
  } catch (error) {
    if (error instanceof CannotInstall) return error.message
    throw error
  }
}

function runVitest(args: readonly string[], engine: string | undefined): number {
  const scratch = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  const results = join(scratch, 'results.json')
  const projects = ['unit', 'pack', ...(engine ? ['docker'] : [])].map((name) => `--project=${name}`)
  const chosen = args.some((arg) => arg.startsWith('--project')) ? [] : projects
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const env = engine ? { ...process.env, DOCKER_HOST: engine } : process.env
  try {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...chosen, ...reporters, ...args]
    const { status } = spawnSync(process.execPath, vitest, { stdio: 'inherit', env })
    console.log(`\n${summary(results, status === 0)}`)
    return status ?? 1
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

interface VitestResults {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

function summary(file: string, ok: boolean): string {
  const results = readResults(file)
  if (!results) return '0 passed, 1 failed'
  // A file that can't even be loaded holds no test that could fail.
  const broken = results.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0)
  const failed = results.numFailedTests + broken.length
  const skipped = results.numPendingTests + results.numTodoTests
  return `${results.numPassedTests} passed, ${ok ? failed : Math.max(1, failed)} failed, ${skipped} skipped`
}

function readResults(file: string): VitestResults | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestResults
  } catch {
    return undefined
  }
}

/** As DOCKER_HOST has it, so that the tests use the engine that was found. */
function addressOf(engine: FoundEngine): string | undefined {
  if (!engine.found) return undefined
  const { endpoint } = engine
  return endpoint.kind === 'unix' ? `unix://${endpoint.path}` : `tcp://${endpoint.host}:${endpoint.port}`
}

function howToGetOne(tried: readonly { readonly where: string; readonly error: string }[]): string {
  const looked = tried.map(({ where, error }) => `  ${where}: ${error}`).join('\n')
  return `\`npm test -- ${INSTALL}\` installs and starts one (as root on Debian or Ubuntu). Looked at:\n${looked}`
}

function banner(title: string, help: string): string {
  const rule = '='.repeat(100)
  return `\n${rule}\n${title}\n${help}\n${rule}\n`
}
