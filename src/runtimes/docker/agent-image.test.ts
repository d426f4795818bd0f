import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { SUDO_CAPABILITIES } from './container/capabilities.ts'
import { WORK_FOLDER } from './container/engine-options.ts'
import { JOB_MARKER } from './container/wrapper.ts'
import { HOOK } from './labels.ts'

const images = fileURLToPath(new URL('../../../agent-images/', import.meta.url))
const read = (path: string) => readFileSync(`${images}${path}`, 'utf8')

afterAll(() => rmSync(JOB_MARKER, { force: true }))

it('the runner’s hook writes the marker that the runtime looks for', () => {
  rmSync(JOB_MARKER, { force: true })
  execFileSync(`${images}github-runner/job-started.sh`)
  expect(existsSync(JOB_MARKER)).toBe(true)
})

it('the runner’s image promises and prepares what the runtime counts on', () => {
  const dockerfile = read('github-runner/Dockerfile')
  expect(dockerfile).toContain(`LABEL ${HOOK}=1`)
  expect(dockerfile).toContain(`mkdir -p ${WORK_FOLDER}`)
  expect(dockerfile).toContain('ACTIONS_RUNNER_HOOK_JOB_STARTED=/opt/slipway/job-started.sh')
})

it('the description lists the capabilities that sudo brings', () => {
  const text = read('README.md').replaceAll(/\s+/g, ' ')
  for (const name of SUDO_CAPABILITIES) expect(text).toContain(`\`${name}\``)
})
