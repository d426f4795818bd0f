import Docker from 'dockerode'
import type { Environment } from '../../config/index.ts'
import { SlipwayError } from '../../domain/errors.ts'
import type { Endpoint } from '../../domain/ports/provider.ts'
import { systemHost } from '../../kit/host.ts'
import { CannotInstall, installDocker } from '../../kit/install-docker.ts'
import { systemClock as clock } from '../../kit/system-clock.ts'
import { findEngine } from '../../runtimes/docker/connection/find-engine.ts'

export interface NeededEngine {
  readonly docker: Docker
  /** As a host of a fleet names it. */
  readonly engineUrl: string
  readonly words: string
}

interface Wish {
  readonly installDocker: boolean
  readonly env: Environment
  readonly stderr: { write(text: string): unknown }
}

/** An engine that answers; with leave to do so, one is installed. Rejects with what was tried, and the flag. */
export async function needEngine(wish: Wish): Promise<NeededEngine> {
  const problem = wish.installDocker ? await install(wish) : undefined
  const found = await findEngine(wish.env, clock)
  if (!found.found && problem) throw problem
  if (!found.found) {
    const tried = found.tried.map(({ where, error }) => `  ${where}: ${error}`).join('\n')
    throw new SlipwayError(
      `No container engine answers. Tried:\n${tried}\nStart Docker or Podman, or let the distribution's engine be ` +
        'installed and started (root on Debian or Ubuntu): npm run demo -- --install-docker',
    )
  }
  const { endpoint, engine, version } = found
  return { ...connect(endpoint), words: `${engine} ${version}` }
}

/** Also where an engine runs: what the agent image is made of comes with it. Why it could not, if so. */
async function install({ stderr }: Wish): Promise<CannotInstall | undefined> {
  try {
    await installDocker({ host: systemHost(), clock, log: (line) => void stderr.write(`${line}\n`) })
    return undefined
  } catch (error) {
    if (error instanceof CannotInstall) return error
    throw error
  }
}

function connect(endpoint: Endpoint): { docker: Docker; engineUrl: string } {
  if (endpoint.kind === 'unix')
    return { docker: new Docker({ socketPath: endpoint.path }), engineUrl: `unix://${endpoint.path}` }
  if (endpoint.kind === 'tcp' && !endpoint.tls) {
    const { host, port } = endpoint
    return { docker: new Docker({ host, port, protocol: 'http' }), engineUrl: `tcp://${host}:${port}` }
  }
  throw new SlipwayError('the demo needs an engine that it can reach over a socket or plain TCP')
}
