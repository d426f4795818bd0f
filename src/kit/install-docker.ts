import type { Daemon, Host } from './host.ts'

interface Timers {
  monotonic(): number
  timer(ms: number, run: () => void): () => void
}

export interface InstallDeps {
  readonly host: Host
  readonly clock: Timers
  /** One line for people about each step. */
  log(line: string): void
}

export interface InstalledEngine {
  readonly socket: string
  /** False: one was running already. */
  readonly started: boolean
}

/** Nothing was installed or started that could be; the message says what to do by hand. */
export class CannotInstall extends Error {
  override readonly name = 'CannotInstall'
}

const SOCKET = '/var/run/docker.sock'
const LOG_FILE = '/var/log/slipway-dockerd.log'
const START_DEADLINE_MS = 60_000
const LOOK_EVERY_MS = 200
const BY_HAND =
  'By hand: `sudo apt-get install docker.io iptables busybox-static`, `sudo systemctl start docker`, and ' +
  '`sudo usermod -aG docker $USER` in a new session; or point DOCKER_HOST at an engine that runs elsewhere.'

/**
 * Makes sure that a Docker engine runs on this machine: installs the distribution's if there is none and starts it if
 * it doesn't run. What is there already is left as it is, so it may be called again. Rejects with CannotInstall.
 */
export async function installDocker(deps: InstallDeps): Promise<InstalledEngine> {
  await refuseElsewhere(deps.host)
  await installPackages(deps, await missingPackages(deps.host))
  if (await deps.host.answers(SOCKET)) return { socket: SOCKET, started: false }

  deps.log('Starting the Docker engine')
  if (await start(deps)) return { socket: SOCKET, started: true }

  // Where the kernel lacks nftables, Debian's default iptables can't make the engine's chains; the older one can.
  if (/iptables.*nf_tables|nf_tables.*iptables/is.test(await engineLog(deps.host))) {
    deps.log('The kernel refuses nftables: switching to iptables-legacy')
    await useLegacyIptables(deps.host)
    if (await start(deps)) return { socket: SOCKET, started: true }
  }
  throw new CannotInstall(`The Docker engine does not start. The end of its log:\n${tail(await engineLog(deps.host))}`)
}

async function refuseElsewhere(host: Host): Promise<void> {
  if (host.platform !== 'linux') {
    throw new CannotInstall(
      `The engine can be installed on Debian and Ubuntu only, this is ${host.platform}. Install and start Docker or ` +
        'Podman yourself; a running one is found by itself, or through DOCKER_HOST.',
    )
  }
  if (!(await has(host, 'apt-get'))) {
    throw new CannotInstall(
      'The engine can be installed on Debian and Ubuntu only, and there is no apt-get here. Install and start Docker ' +
        'or Podman with your own package manager; a running one is found by itself, or through DOCKER_HOST.',
    )
  }
  if (host.uid !== 0) throw new CannotInstall(`Installing the engine needs root. ${BY_HAND}`)
}

async function missingPackages(host: Host): Promise<string[]> {
  const missing: string[] = []
  // Any dockerd will do: Docker's own packages and the distribution's exclude each other.
  if (!(await has(host, 'dockerd'))) missing.push('docker.io', 'ca-certificates')
  if (!(await has(host, 'iptables'))) missing.push('iptables')
  // Without its parser an engine on a kernel with AppArmor refuses every container.
  const appArmor = (await host.read('/sys/module/apparmor/parameters/enabled'))?.startsWith('Y') ?? false
  if (appArmor && !(await has(host, 'apparmor_parser'))) missing.push('apparmor')
  // The demo makes its agents' image of it, so that nothing need be pulled.
  const busybox = await host.run('dpkg-query', ['-W', '-f=${Status}', 'busybox-static'])
  if (!busybox.output.includes('ok installed')) missing.push('busybox-static')
  return missing
}

async function installPackages(deps: InstallDeps, packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return
  deps.log(`Installing ${packages.join(', ')}`)
  // A failed update may still leave lists that are good enough; the install tells.
  const update = await apt(deps.host, ['update'])
  const install = await apt(deps.host, ['install', '-y', '--no-install-recommends', ...packages])
  if (install.ok) return
  const output = update.ok ? install.output : `${update.output}\n${install.output}`
  throw new CannotInstall(`apt-get could not install ${packages.join(', ')}:\n${tail(output)}`)
}

function apt(host: Host, args: readonly string[]): ReturnType<Host['run']> {
  const options = ['-q', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=120']
  return host.run('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...options, ...args])
}

async function start({ host, clock }: InstallDeps): Promise<boolean> {
  if (await hasSystemd(host)) {
    const { ok } = await host.run('systemctl', ['enable', '--now', 'docker'])
    return ok && (await answersInTime(host, clock))
  }
  return answersInTime(host, clock, host.start('dockerd', [], LOG_FILE))
}

async function answersInTime(host: Host, clock: Timers, daemon?: Daemon): Promise<boolean> {
  const deadline = clock.monotonic() + START_DEADLINE_MS
  while (clock.monotonic() < deadline) {
    if (await host.answers(SOCKET)) return true
    if (daemon && !daemon.alive()) return false
    await new Promise<void>((resolve) => clock.timer(LOOK_EVERY_MS, resolve))
  }
  return false
}

async function engineLog(host: Host): Promise<string> {
  if (!(await hasSystemd(host))) return (await host.read(LOG_FILE)) ?? ''
  return (await host.run('journalctl', ['-u', 'docker', '-n', '50', '--no-pager'])).output
}

async function useLegacyIptables(host: Host): Promise<void> {
  for (const name of ['iptables', 'ip6tables']) {
    await host.run('update-alternatives', ['--set', name, `/usr/sbin/${name}-legacy`])
  }
}

async function has(host: Host, command: string): Promise<boolean> {
  return (await host.run('sh', ['-c', `command -v ${command}`])).ok
}

async function hasSystemd(host: Host): Promise<boolean> {
  return (await host.run('test', ['-d', '/run/systemd/system'])).ok
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-15).join('\n')
}
