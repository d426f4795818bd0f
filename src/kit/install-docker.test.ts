import { describe, expect, it } from 'vitest'
import type { Host } from './host.ts'
import { CannotInstall, installDocker } from './install-docker.ts'

interface FakeHost extends Host {
  readonly commands: string[]
  readonly present: Set<string>
}

/** A machine on which starting the engine makes its socket answer, unless `refuses` says why it does not. */
function fakeHost(about: Partial<Pick<Host, 'platform' | 'uid'>> & { refuses?: string; systemd?: boolean }): FakeHost {
  const commands: string[] = []
  const present = new Set(['apt-get'])
  const files = new Map<string, string>()
  let refuses = about.refuses
  let running = false

  function launch(): boolean {
    running = present.has('dockerd') && refuses === undefined
    return running
  }

  return {
    platform: about.platform ?? 'linux',
    uid: 'uid' in about ? about.uid : 0,
    commands,
    present,
    async run(command, args) {
      const line = [command, ...args].join(' ')
      const wanted = /command -v (\S+)/.exec(line)?.[1]
      if (wanted) return { ok: present.has(wanted), output: '' }
      if (command === 'test') return { ok: about.systemd ?? false, output: '' }
      if (command === 'dpkg-query')
        return { ok: true, output: present.has('busybox-static') ? 'install ok installed' : '' }
      if (command === 'journalctl') return { ok: true, output: refuses ?? '' }
      commands.push(line)
      if (line.includes('install -y')) {
        for (const name of args.slice(args.indexOf('--no-install-recommends') + 1)) present.add(name)
        if (present.has('docker.io')) present.add('dockerd')
      }
      if (line.includes('iptables-legacy')) refuses = undefined
      if (command === 'systemctl') return { ok: launch(), output: '' }
      return { ok: true, output: '' }
    },
    start(command, _args, logFile) {
      commands.push(command)
      if (refuses !== undefined) files.set(logFile, refuses)
      const alive = launch()
      return { pid: 7, alive: () => alive }
    },
    read: async (path) => files.get(path),
    answers: async () => running,
  }
}

function install(host: Host): Promise<{ started: boolean }> {
  let now = 0
  const clock = {
    monotonic: () => now,
    timer: (ms: number, run: () => void) => {
      now += ms
      queueMicrotask(run)
      return () => {}
    },
  }
  return installDocker({ host, clock, log: () => {} })
}

describe('installDocker', () => {
  it('installs what is missing, starts the engine and does neither again', async () => {
    const host = fakeHost({})
    expect(await install(host)).toMatchObject({ started: true })
    expect(host.commands[1]).toContain('--no-install-recommends docker.io ca-certificates iptables busybox-static')
    expect(host.commands.at(-1)).toBe('dockerd')

    host.commands.length = 0
    expect(await install(host)).toMatchObject({ started: false })
    expect(host.commands).toEqual([])
  })

  it("keeps another vendor's engine", async () => {
    const host = fakeHost({})
    host.present.add('dockerd').add('iptables')
    await install(host)
    expect(host.commands[1]).toMatch(/--no-install-recommends busybox-static$/)
  })

  it('leaves the start to systemd where it runs', async () => {
    const host = fakeHost({ systemd: true })
    await install(host)
    expect(host.commands.at(-1)).toBe('systemctl enable --now docker')
  })

  it('switches to iptables-legacy when the kernel has no nftables', async () => {
    const host = fakeHost({
      refuses: 'failed to create NAT chain DOCKER: iptables v1.8.9 (nf_tables): TABLE_ADD failed',
    })
    expect(await install(host)).toMatchObject({ started: true })
    expect(host.commands.slice(-4)).toEqual([
      'dockerd',
      'update-alternatives --set iptables /usr/sbin/iptables-legacy',
      'update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy',
      'dockerd',
    ])
  })

  it('shows the log of an engine that does not start', async () => {
    const failure = install(fakeHost({ refuses: 'no space left on device' }))
    await expect(failure).rejects.toThrow(/does not start.*\n.*no space left/)
  })

  it.each([
    ['another system', { platform: 'darwin' }, /Debian and Ubuntu only, this is darwin/],
    ['another user', { uid: 1000 }, /needs root.*sudo apt-get install docker\.io/],
  ])('says what to do by hand on %s', async (_case, about, message) => {
    const failure = install(fakeHost(about))
    await expect(failure).rejects.toBeInstanceOf(CannotInstall)
    await expect(failure).rejects.toThrow(message)
  })
})
