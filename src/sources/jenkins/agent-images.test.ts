import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createFolder } from '../../../test/fakes/folder.ts'
import { silent } from '../../../test/fakes/github-api.ts'
import { createFakeClock } from '../../../test/fakes/clock.ts'
import { sourceOf } from '../../../test/fakes/jenkins.ts'
import { createJenkinsStandIn } from '../../demo/jenkins/index.ts'

const images = fileURLToPath(new URL('../../../agent-images/', import.meta.url))

/** What the image's script starts, its arguments one a line, then the names in its environment. `beside` it: a file. */
function startAgent(system: string, env: Readonly<Record<string, string>>, beside?: string): string[] {
  using folder = createFolder()
  copyFileSync(`${images}${system}/slipway-agent.sh`, `${folder.path}/agent.sh`)
  if (beside !== undefined) folder.write(beside, '')
  mkdirSync(`${folder.path}/bin`)
  folder.write('bin/java', '#!/bin/sh\nprintf "%s\\n" "$@"\nenv\n')
  chmodSync(`${folder.path}/bin/java`, 0o755)
  const given = { ...env, PATH: '/usr/bin:/bin', JAVA_HOME: folder.path, TMPDIR: folder.path }
  return execFileSync(`${folder.path}/agent.sh`, { env: given }).toString().split('\n')
}

/** What the image starts for an agent of that source, and the secret of its node. */
async function started(system: 'jenkins' | 'hudson', beside?: string) {
  const clock = createFakeClock()
  await using controller = await createJenkinsStandIn({ clock, system })
  using folder = createFolder()
  const deps = { clock, logger: silent, fetch: controller.fetch }
  const source = sourceOf(system, controller, deps, { workDir: folder.path })
  const { env } = await source.admit({ agent: { key: 'abc', pool: 'p', scope: 'ci' }, name, labels: ['gpu'] })
  return {
    said: startAgent(system, env, beside),
    secret: controller.nodes()[0]?.secret ?? '',
    url: `${controller.url}/`,
  }
}

const name = 'slipway-ci-abc-1'

it('the image for Jenkins starts an agent whose secret is neither among its arguments nor in its environment', async () => {
  const { said, secret, url } = await started('jenkins')
  expect(said).toEqual(expect.arrayContaining([url, name, '-webSocket']))
  expect(said[said.indexOf('-secret') + 1]).toMatch(/^@\//)
  expect(said.join('\n')).not.toContain(secret)
})

it('the image for Jenkins starts an agent of old by the entry point that it had then, and its secret stays hidden', async () => {
  const { said, secret, url } = await started('jenkins', 'old-agent-jar')
  const main = said.indexOf('hudson.remoting.jnlp.Main')
  expect(said.slice(main, main + 4)).toEqual([expect.anything(), '-headless', expect.stringMatching(/^@\//), name])
  expect(said.slice(main)).toEqual(expect.arrayContaining([url, '-webSocket']))
  expect(said.join('\n')).not.toContain(secret)
})

it('the image for Hudson starts an agent with the key that Hudson wants, which its environment does not have', async () => {
  const { said, secret, url } = await started('hudson')
  expect(said).toEqual(expect.arrayContaining([url, 'hudson.remoting.jnlp.Main']))
  expect(said.slice(said.indexOf(secret)).slice(0, 2)).toEqual([secret, name])
  expect(said.filter((line) => line.includes(`=${secret}`))).toEqual([])
})
