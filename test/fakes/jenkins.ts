import type { JenkinsStandIn } from '../../src/demo/jenkins/index.ts'
import type { JobSource } from '../../src/domain/ports/source.ts'
import { createHudsonSource, createJenkinsSource, type JenkinsSourceDeps } from '../../src/sources/jenkins/index.ts'
import { hudsonSourceSchema, jenkinsSourceSchema } from '../../src/sources/jenkins/schema.ts'

export const HOOK_SECRET = 'hook-secret-of-tests'
export const systems = ['jenkins', 'hudson'] as const

/** A source named `ci`, of the owner `ci`, on a stand-in. */
export function sourceOf(
  system: (typeof systems)[number],
  controller: Pick<JenkinsStandIn, 'url' | 'user' | 'token' | 'password'>,
  deps: Omit<JenkinsSourceDeps, 'owner'>,
  settings: object = {},
): JobSource {
  const { url, user, token, password } = controller
  const common = { kind: system, name: 'ci', url, user, hookSecret: HOOK_SECRET, forks: ['*/PR-*'], ...settings }
  if (system === 'hudson')
    return createHudsonSource(hudsonSourceSchema.parse({ ...common, password }), { ...deps, owner: 'ci' })
  const secret = 'password' in settings ? {} : { token }
  return createJenkinsSource(jenkinsSourceSchema.parse({ ...common, ...secret }), { ...deps, owner: 'ci' })
}
