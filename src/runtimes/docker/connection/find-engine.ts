import { userInfo } from 'node:os'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Endpoint } from '../../../domain/ports/provider.ts'
import { withDeadline } from '../../../kit/deadline.ts'
import { connectEngine, endpointWords } from './client.ts'
import { wordsOf } from './errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

export type FoundEngine =
  | {
      readonly found: true
      readonly endpoint: Endpoint
      readonly version: string
      readonly engine: 'docker' | 'podman'
    }
  | { readonly found: false; readonly tried: readonly { readonly where: string; readonly error: string }[] }

const PATIENCE_MS = 3000

/** The first engine that answers: DOCKER_HOST alone if it is set, else the usual sockets of Docker and Podman. */
export async function findEngine(env: Environment, clock: Clock): Promise<FoundEngine> {
  const { endpoints, problem } = candidates(env, userInfo().uid)
  const tried = problem ? [problem] : []
  for (const endpoint of endpoints) {
    try {
      return { found: true, endpoint, ...(await askVersion(endpoint, clock)) }
    } catch (error) {
      tried.push({ where: endpointWords(endpoint), error: wordsOf(error) })
    }
  }
  return { found: false, tried }
}

/** Where to look, in order. `ssh://` needs a pinned host key, which DOCKER_HOST can't give: configure it as a fleet. */
export function candidates(
  env: Environment,
  uid: number,
): { endpoints: Endpoint[]; problem?: { where: string; error: string } } {
  const given = env['DOCKER_HOST']
  if (given) {
    const endpoint = parseDockerHost(given)
    if (endpoint) return { endpoints: [endpoint] }
    const error = 'DOCKER_HOST must be unix://… or tcp://… without TLS here; name other engines as hosts of a fleet'
    return { endpoints: [], problem: { where: given, error } }
  }
  const userFolder = env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`
  const paths = [
    '/var/run/docker.sock',
    `${userFolder}/docker.sock`,
    ...(env['HOME'] ? [`${env['HOME']}/.docker/run/docker.sock`] : []),
    '/run/podman/podman.sock',
    `${userFolder}/podman/podman.sock`,
  ]
  return { endpoints: paths.map((path) => ({ kind: 'unix', path })) }
}

function parseDockerHost(given: string): Endpoint | undefined {
  const path = /^unix:\/\/(\/.+)$/.exec(given)?.[1]
  if (path) return { kind: 'unix', path }
  const [, host, port] = /^tcp:\/\/(?:\[([^\]]+)\]|([^:/]+)):(\d+)\/?$/.exec(given)?.filter((part) => part) ?? []
  return host && port ? { kind: 'tcp', host, port: Number(port) } : undefined
}

async function askVersion(endpoint: Endpoint, clock: Clock): Promise<{ version: string; engine: 'docker' | 'podman' }> {
  const { docker, close } = connectEngine(endpoint)
  try {
    return await withDeadline(clock, PATIENCE_MS, endpointWords(endpoint), async (abortSignal) => {
      const { Version, Components } = await docker.version({ abortSignal })
      const podman = Components?.some(({ Name }) => /podman/i.test(Name)) ?? false
      return { version: Version, engine: podman ? 'podman' : 'docker' }
    })
  } finally {
    close()
  }
}
