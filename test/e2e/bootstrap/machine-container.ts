import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { OWNER } from '../../../src/runtimes/docker/labels.ts'
import { engineImage } from '../runtime/engine-image.ts'

/** A machine that is a container, and what stands around it. */
export interface MachineContainer {
  readonly address: string
  /** Runs a script in it to its end; what it printed. */
  run(script: string): Promise<{ code: number; output: string }>
  /** What its first process printed. */
  log(): Promise<string>
  /** When it has ended: its exit code. */
  ended(): Promise<number>
}

/** What a machine needs where `privileged` is refused; it works where it is not. */
const nearlyPrivileged: Docker.HostConfig & { MaskedPaths: string[]; ReadonlyPaths: string[] } = {
  CapAdd: ['ALL'],
  CapDrop: ['SYS_RESOURCE'],
  SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
  MaskedPaths: [],
  ReadonlyPaths: [],
  DeviceCgroupRules: ['a *:* rwm'],
}

/** Starts a machine whose first process is a command of the shell; the script is `/bootstrap.sh`. */
export async function startMachineContainer(
  docker: Docker,
  owner: string,
  network: string,
  script: string,
  command: string,
): Promise<MachineContainer> {
  const container = await docker.createContainer({
    Image: await engineImage(docker),
    Cmd: ['sh', '-c', command],
    Labels: { [OWNER]: owner },
    Volumes: { '/var/lib/docker': {} },
    HostConfig: {
      NetworkMode: network,
      ...nearlyPrivileged,
    },
  })
  const archive = pack()
  archive.entry({ name: 'bootstrap.sh', mode: 0o700 }, script)
  archive.finalize()
  await container.putArchive(await buffer(archive), { path: '/' })
  await container.start()
  return {
    address: await addressOf(container, network),
    run: (text) => runIn(container, text),
    async log() {
      return (await container.logs({ stdout: true, stderr: true })).toString()
    },
    async ended() {
      return ((await container.wait()) as { StatusCode: number }).StatusCode
    },
  }
}

export async function addressOf(container: Docker.Container, network: string): Promise<string> {
  const { NetworkSettings } = await container.inspect()
  return NetworkSettings.Networks[network]?.IPAddress ?? ''
}

async function runIn(container: Docker.Container, script: string): Promise<{ code: number; output: string }> {
  const exec = await container.exec({ Cmd: ['sh', '-c', script], AttachStdout: true, AttachStderr: true, Tty: true })
  const output = (await buffer((await exec.start({ Tty: true })) as Readable)).toString()
  const { ExitCode } = await exec.inspect()
  return { code: ExitCode ?? -1, output }
}

export const METADATA = '169.254.169.254'
export const AZURE_SERVICES = '168.63.129.16'
export const PRIVATE = '10.99.0.1'
export const ALLOWED_PRIVATE = '10.99.1.1'
export const WORLD = '198.51.100.2'
const ADDRESSES = [METADATA, AZURE_SERVICES, PRIVATE, ALLOWED_PRIVATE, WORLD]

export interface Surroundings {
  readonly address: string
  /** The commands by which a machine finds all of them. */
  readonly routes: string
  close(): Promise<void>
}

/** A neighbour of the machine that answers at all those addresses, at the first as the cloud's metadata service. */
export async function startSurroundings(
  docker: Docker,
  owner: string,
  network: string,
  image: string,
  machine: string,
): Promise<Surroundings> {
  const options = { Image: image, Entrypoint: ['sleep', '3600'], Labels: { [OWNER]: owner } }
  const container = await docker.createContainer({ ...options, HostConfig: { NetworkMode: network } })
  await container.start()
  const { State } = await container.inspect()
  const inside = [`--net=/proc/${State.Pid}/ns/net`]
  for (const at of ADDRESSES) execFileSync('nsenter', [...inside, 'ip', 'address', 'add', `${at}/32`, 'dev', 'lo'])
  const server: ChildProcess = spawn('nsenter', [...inside, process.execPath, '-e', SERVER, machine], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (server.stdout) await once(server.stdout, 'data')
  const address = await addressOf(container, network)
  return {
    address,
    routes: ADDRESSES.map((at) => `ip route replace ${at}/32 via ${address}`).join('; '),
    async close() {
      const gone = once(server, 'exit')
      server.kill()
      await gone
    },
  }
}

const SERVER = `
const events = (machine) => [
  { EventId: 'for-us', EventType: 'Preempt', Resources: ['other', machine], EventStatus: 'Scheduled', NotBefore: 'Mon, 05 Jan 2026 09:00:30 GMT' },
  { EventId: 'for-another', EventType: 'Reboot', Resources: ['other'], EventStatus: 'Scheduled', NotBefore: '' },
]
require('node:http').createServer((request, response) => {
  const asked = request.url === '/metadata/scheduledevents?api-version=2020-07-01' && request.headers.metadata === 'true'
  if (request.url.startsWith('/metadata') && !asked) return response.writeHead(400).end()
  response.end(asked ? JSON.stringify({ DocumentIncarnation: 1, Events: events(process.argv[1]) }) : 'hello')
}).listen(80, '0.0.0.0', () => console.log('ready'))
`
