import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import https from 'node:https'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import Docker from 'dockerode'
import { pack } from 'tar-stream'
import type { Logger } from '../../../src/domain/ports/logger.ts'
import type { Endpoint } from '../../../src/domain/ports/provider.ts'
import type { ContainerRuntime, ContainerSpec } from '../../../src/domain/ports/runtime.ts'
import { newId } from '../../../src/kit/ids.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'
import { strictIsolation } from '../../../src/domain/pool.ts'
import { findEngine } from '../../../src/runtimes/docker/connection/find-engine.ts'
import { createDockerRuntime, type DockerRuntimeOptions } from '../../../src/runtimes/docker/index.ts'
import { OWNER } from '../../../src/runtimes/docker/labels.ts'

export const IMAGE_SAYS = 'the command of the image\n'
const BUSYBOX = '/bin/busybox'

export const quiet: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => quiet,
}

/** An engine to test on, with everything that is made there under one owner, so that `close` finds it. */
export interface TestMachine {
  readonly docker: Docker
  readonly endpoint: Endpoint
  readonly owner: string
  /** A busybox image, made at the first call. */
  busybox(): Promise<string>
  /** A small container of the pool `linux`, of busybox. */
  spec(key: string, command: readonly string[], more?: Partial<ContainerSpec>): Promise<ContainerSpec>
  open(options?: Partial<DockerRuntimeOptions>): ContainerRuntime
  close(): Promise<void>
}

export async function localEngine(): Promise<Endpoint> {
  const engine = await findEngine(process.env, systemClock)
  if (engine.found) return engine.endpoint
  throw new Error(
    `no container engine answers: ${engine.tried.map(({ where, error }) => `${where}: ${error}`).join('; ')}`,
  )
}

export async function startMachine(on?: Endpoint): Promise<TestMachine> {
  const endpoint = on ?? (await localEngine())
  const docker = dockerOf(endpoint)
  const owner = `test-${newId(8)}`
  const opened: ContainerRuntime[] = []
  const image = `localhost/slipway-test/busybox:${owner}`
  let imported: Promise<string> | undefined
  const busybox = () => (imported ??= importBusybox(docker, image))
  return {
    docker,
    endpoint,
    owner,
    busybox,
    spec: async (key, command, more) => ({ ...smallSpec(key, await busybox(), command), ...more }),
    open(options = {}) {
      const common = { owner, endpoint, clock: systemClock, logger: quiet, registries: [], noProxy: [] }
      const runtime = createDockerRuntime({ ...common, ...options })
      opened.push(runtime)
      return runtime
    },
    async close() {
      opened.forEach((runtime) => runtime.close())
      await cleanUp(docker, owner)
      if (imported) await docker.getImage(await imported).remove({ force: true })
    },
  }
}

export function dockerOf(endpoint: Endpoint): Docker {
  if (endpoint.kind === 'unix') return new Docker({ socketPath: endpoint.path })
  if (endpoint.kind === 'tcp') {
    const { host, port, tls, serverName: servername } = endpoint
    if (!tls) return new Docker({ host, port, protocol: 'http' })
    // The typings leave the agent out.
    const options = { host, port, protocol: 'https' as const, agent: new https.Agent({ ...tls, servername }) }
    return new Docker(options)
  }
  throw new Error('tests reach the engine directly')
}

/** Removes all that carries the owner, or a test's second owner. */
async function cleanUp(docker: Docker, owner: string): Promise<void> {
  const ours = (labels: Record<string, string> | null | undefined) => labels?.[OWNER]?.startsWith(owner)
  const containers = await docker.listContainers({ all: true })
  for (const { Id, Labels } of containers) {
    if (ours(Labels)) await docker.getContainer(Id).remove({ force: true, v: true })
  }
  for (const { Id, Labels } of await docker.listNetworks()) {
    if (ours(Labels)) await docker.getNetwork(Id).remove()
  }
}

/** A static busybox and nothing else; users 0 and 1001. */
export async function importBusybox(docker: Docker, tag: string, changes: readonly string[] = []): Promise<string> {
  if (!existsSync(BUSYBOX))
    throw new Error(`${BUSYBOX} is missing: install busybox-static, the tests make images of it`)
  const archive = pack()
  archive.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile(BUSYBOX))
  for (const applet of APPLETS) archive.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })
  archive.entry({ name: 'tmp/', type: 'directory', mode: 0o1777 })
  archive.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/:/bin/sh\nrunner:x:1001:1001:runner:/:/bin/sh\n')
  archive.entry({ name: 'bin/greet', mode: 0o755 }, `#!/bin/sh\nprintf '${IMAGE_SAYS.replace('\n', '\\n')}'\n`)
  archive.finalize()
  await importImage(docker, await buffer(archive), tag, ['ENTRYPOINT ["/bin/greet"]', ...changes])
  return tag
}

const APPLETS = [
  'sh', 'cat', 'dd', 'echo', 'grep', 'head', 'id', 'ls', 'mkdir', 'nc', 'printf', 'ps', 'rm', 'sed', 'sleep', 'stat',
  'telnet', 'test', 'timeout', 'touch', 'tr', 'true', 'wget', 'yes', 'ip', 'cp', 'kill', 'wc',
] // prettier-ignore

export async function importImage(
  docker: Docker,
  archive: Buffer,
  tag: string,
  changes: readonly string[],
): Promise<void> {
  const options = { _query: { fromSrc: '-', repo: tag, changes }, _body: {} }
  const stream = await docker.importImage(Readable.from([archive]), options)
  const said = (await buffer(stream as Readable)).toString()
  if (said.includes('"error"')) throw new Error(`importing ${tag}: ${said}`)
}

function smallSpec(key: string, image: string, command: readonly string[]): ContainerSpec {
  return {
    key,
    pool: 'linux',
    image,
    command,
    resources: { milliCpu: 500, memory: 64 * 2 ** 20, disk: 2 ** 30 },
    isolation: strictIsolation,
    containers: 'none',
    runsAtOnce: false,
  }
}
