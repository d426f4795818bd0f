import type { Host } from '../src/kit/host.ts'

/** The address of a container engine that answers, as DOCKER_HOST has it; undefined if there is none. */
export async function findEngine(env: NodeJS.ProcessEnv, host: Host): Promise<string | undefined> {
  if (env['DOCKER_HOST']) return env['DOCKER_HOST']
  const runtimeDir = env['XDG_RUNTIME_DIR'] ?? `/run/user/${host.uid ?? 0}`
  const sockets = [
    '/var/run/docker.sock',
    `${runtimeDir}/docker.sock`,
    `${runtimeDir}/podman/podman.sock`,
    '/run/podman/podman.sock',
  ]
  for (const socket of sockets) {
    if (await host.answers(socket)) return `unix://${socket}`
  }
  return undefined
}
