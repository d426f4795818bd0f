import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createFolder } from '../../../test/fakes/folder.ts'
import { silent } from '../../../test/fakes/github-api.ts'
import { createFakeClock } from '../../../test/fakes/clock.ts'
import { sourceOf, systems } from '../../../test/fakes/jenkins.ts'
import { createJenkinsStandIn } from '../../demo/jenkins/index.ts'

const images = fileURLToPath(new URL('../../../agent-images/', import.meta.url))

/** What the image's script starts, its arguments one a line, then the names in its environment. */
function startAgent(system: string, env: Readonly<Record<string, string>>): string[] {
  using folder = createFolder()
  mkdirSync(`${folder.path}/bin`)
  folder.write('bin/java', '#!/bin/sh\nprintf "%s\\n" "$@"\nenv\n')
  chmodSync(`${folder.path}/bin/java`, 0o755)
  const given = { ...env, PATH: process.env['PATH'], JAVA_HOME: folder.path, TMPDIR: folder.path }
  return execFileSync(`${images}${system}/slipway-agent.sh`, { env: given }).toString().split('\n')
}

it.each(systems)('the image for %s starts an agent with what the source hands over', async (system) => {
  const clock = createFakeClock()
  await using controller = await createJenkinsStandIn({ clock, system })
  using folder = createFolder()
  const source = sourceOf(
    system,
    controller,
    { clock, logger: silent, fetch: controller.fetch },
    { workDir: folder.path },
  )
  const name = 'slipway-ci-abc-1'
  const { env } = await source.admit({ agent: { key: 'abc', pool: 'p', scope: 'ci' }, name, labels: ['gpu'] })
  const secret = controller.nodes()[0]?.secret ?? ''
  const said = startAgent(system, env)
  expect(said).toContain(`${controller.url}/`)
  expect(said).toContain(name)
  if (system === 'jenkins') {
    expect(said).toContain('-webSocket')
    expect(said[said.indexOf('-secret') + 1]).toMatch(/^@\//)
    expect(said.join('\n')).not.toContain(secret)
  } else {
    expect(said.slice(said.indexOf(secret)).slice(0, 2)).toEqual([secret, name])
  }
  expect(said.filter((line) => line.startsWith('JENKINS_SECRET=') || line.startsWith('HUDSON_SECRET='))).toEqual([])
})
