import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Endpoint, TlsMaterial } from '../../src/domain/ports/provider.ts'
import type { ContainerRuntime } from '../../src/domain/ports/runtime.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { createAuthority, machineBootstrap, type Authority } from '../../src/providers/bootstrap/index.ts'
import type { BootstrapInput } from '../../src/providers/bootstrap/index.ts'
import { OWNER } from '../../src/runtimes/docker/labels.ts'
import {
  ALLOWED_PRIVATE,
  AZURE_SERVICES,
  METADATA,
  PRIVATE,
  startMachineContainer,
  startSurroundings,
  WORLD,
  type MachineContainer,
  type Surroundings,
} from './bootstrap/machine-container.ts'
import { canMakeEngineImage } from './runtime/engine-image.ts'
import { importBusybox, startMachine, type TestMachine } from './runtime/machine.ts'

const PATIENCE = { timeout: 60_000, interval: 100 }
const DAY = 86_400_000
const KEPT = 'localhost/slipway-test/kept:1'
const STALE = 'localhost/slipway-test/stale:1'

function anAuthority(): Promise<Authority> {
  return createAuthority({ sealed: undefined, key: 'a key', clock: systemClock, save: () => Promise.resolve() })
}

/** The generated script, run for real: a container of Debian as the bare machine. */
describe.skipIf(!canMakeEngineImage())('a machine that its bootstrap has set up', () => {
  let host: TestMachine
  let network: string
  let authority: Authority
  let identity: TlsMaterial
  let machine: MachineContainer
  let around: Surroundings
  let inside: TestMachine
  let runtime: ContainerRuntime

  const input = (name: string, more: Partial<BootstrapInput>): BootstrapInput => ({
    name,
    owner: host.owner,
    os: 'linux',
    identity,
    images: [],
    allowPrivate: [],
    hooks: {},
    spotWatcher: false,
    ...more,
  })
  const endpoint = async (more: Partial<Endpoint & { kind: 'tcp' }> = {}): Promise<Endpoint & { kind: 'tcp' }> => {
    const address = { kind: 'tcp', host: machine.address, port: 2376, serverName: 'm1' } as const
    return { ...address, tls: await authority.client(), ...more }
  }

  beforeAll(async () => {
    host = await startMachine()
    network = `slipway-${host.owner}-around`
    await host.docker.createNetwork({ Name: network, Labels: { [OWNER]: host.owner } })
    around = await startSurroundings(host.docker, host.owner, network, await host.busybox(), 'm1')
    authority = await anAuthority()
    identity = await authority.issue('m1', DAY)
    const { script } = machineBootstrap(
      input('m1', {
        images: [KEPT],
        registryMirror: 'https://mirror.example.com',
        allowPrivate: [`${ALLOWED_PRIVATE}/32`],
        hooks: { before: `${around.routes}\ntouch /run/before`, after: 'docker ps >/run/after' },
        spotWatcher: true,
      }),
    )
    machine = await startMachineContainer(host.docker, host.owner, network, script, 'exec sh /bootstrap.sh stay')
    const ready = async () => expect(await machine.log()).toContain('slipway: m1 is ready')
    await vi.waitFor(ready, PATIENCE)
    inside = await startMachine(await endpoint())
    runtime = inside.open()
  })
  afterAll(async () => {
    await around?.close()
    await inside?.close()
    await host?.close()
  })

  it('answers Slipway over mutual TLS, and carries the mark', async () => {
    expect(await runtime.bootstrapped()).toBe(true)
    expect(await runtime.list()).toEqual([])
  })

  it('keeps its secret to itself', async () => {
    const log = await machine.log()
    for (const line of identity.key.split('\n').slice(1, -2)) expect(log).not.toContain(line)
    expect((await machine.run('stat -c %a /etc/slipway/tls/key.pem /etc/slipway/tls')).output).toBe('600\r\n700\r\n')
  })

  const strangers: [string, () => Promise<Partial<Endpoint & { kind: 'tcp' }>>][] = [
    ['somebody without TLS', async () => ({ tls: undefined })],
    [
      'a client of another authority',
      async () => ({ tls: { ...(await (await anAuthority()).client()), ca: identity.ca } }),
    ],
    ['a machine with its own key pair', async () => ({ tls: await authority.issue('m2', DAY) })],
    ['us, when we mean another machine', async () => ({ serverName: 'm2' })],
    [
      'us, when we trust another authority',
      async () => ({ tls: { ...(await authority.client()), ca: (await (await anAuthority()).client()).ca } }),
    ],
  ]
  it.each(strangers)('does not serve %s', async (_who, more) => {
    const stranger = inside.open({ endpoint: await endpoint(await more()) })
    await expect(stranger.list()).rejects.toThrow(/TLS|certificate|altnames|HTTP request|ECONNRESET|socket hang up/i)
    await expect(stranger.list()).rejects.toThrow(Error)
  })

  it('serves nobody without encryption on any other port', async () => {
    const { output } = await machine.run('cat /proc/net/tcp /proc/net/tcp6')
    // State 0A listens; 0948 is 2376.
    const ports = output.split('\n').flatMap((line) => / [0-9A-F]+:([0-9A-F]{4}) [0-9A-F:]+ 0A /.exec(line)?.[1] ?? [])
    const outside = ports.filter((port) => port !== '0948')
    expect(ports).toContain('0948')
    // The engine's name service for containers is none of the machine's own.
    expect(outside.map((port) => Number.parseInt(port, 16)).filter((port) => port < 10_000)).toEqual([])
  })

  const rules = [
    ['the metadata service', METADATA, '80', false],
    ['the services of Azure', AZURE_SERVICES, '80', false],
    ['a private address', PRIVATE, '80', false],
    ['a private address that is allowed', ALLOWED_PRIVATE, '80', true],
    ['the world', WORLD, '80', true],
  ] as const

  it.each(rules)('itself reaches %s: somebody listens there', async (_what, address, port) => {
    const { output } = await machine.run(`busybox wget -q -O - http://${address}:${port}/`)
    expect(output).toBe('hello')
  })

  it('keeps agents from what they must not reach, and from nothing else', expectRules)

  it('proves that to the probe', async () => {
    const { proof, detail } = await runtime.probe(await inside.busybox())
    expect(detail).toContain('blocked by the rules')
    expect(proof).toBe('verified')
  })

  it('shows what the cloud announces for it, and for it alone', async () => {
    const announced = [{ id: 'for-us', what: 'Preempt', notBefore: Date.UTC(2026, 0, 5, 9, 0, 30) }]
    await vi.waitFor(async () => expect(await runtime.notices()).toEqual(announced), PATIENCE)
  })

  it('has run the owner’s scripts before and after', async () => {
    expect((await machine.run('ls /run/before /run/after')).code).toBe(0)
  })

  it('limits logs, keeps agents over a restart of the engine, and asks the mirror', async () => {
    const info = (await inside.docker.info()) as Record<string, never>
    expect(info).toMatchObject({ LiveRestoreEnabled: true, Driver: 'overlay2', LoggingDriver: 'json-file' })
    expect(JSON.stringify(info['RegistryConfig'])).toContain('mirror.example.com')
    const { output } = await machine.run('cat /etc/docker/daemon.json')
    expect(JSON.parse(output)).toMatchObject({ icc: false, 'log-opts': { 'max-size': '10m' } })
  })

  it('removes images that nothing uses when the disk is full, but for those of its pools', async () => {
    await importBusybox(inside.docker, KEPT)
    await importBusybox(inside.docker, STALE, ['LABEL stale=1'])
    const full = `sed -i 's/^PRUNE_AT=.*/PRUNE_AT=0 PRUNE_TO=0/' /etc/slipway/environment`
    const asBefore = `sed -i 's/^PRUNE_AT=.*/PRUNE_AT=80 PRUNE_TO=60/' /etc/slipway/environment`
    const { output } = await machine.run(`${full}; sh /var/lib/slipway/housekeeping.sh; ${asBefore}`)
    expect(output).toContain(`removed ${STALE}`)
    const tags = (await inside.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])
    expect(tags).toContain(KEPT)
    expect(tags).not.toContain(STALE)
    expect(tags.join()).toContain('slipway-watcher')
    // What the other tests made went as well; it is made again.
    await importBusybox(inside.docker, await inside.busybox())
  })

  it('is not changed when the script runs again', async () => {
    const before = await engineProcess()
    const { code, output } = await machine.run('sh /bootstrap.sh')
    expect(output).toContain('m1 is ready')
    expect(code).toBe(0)
    expect(await engineProcess()).toBe(before)
    expect(await runtime.bootstrapped()).toBe(true)
  })

  it('keeps the rules when its engine is restarted, or killed', async () => {
    for (const signal of ['TERM', 'KILL']) {
      const before = await engineProcess()
      await machine.run(`kill -${signal} ${before}`)
      await vi.waitFor(async () => {
        expect(await engineProcess()).not.toBe(before)
        expect(await runtime.bootstrapped()).toBe(true)
      }, PATIENCE)
      await expectRules()
    }
  })

  it('gets its rules back when somebody takes them away', async () => {
    await machine.run('iptables -F DOCKER-USER; iptables -F INPUT; iptables -F SLIPWAY-AGENTS')
    await machine.run('sh /var/lib/slipway/housekeeping.sh')
    await expectRules()
  })

  it('is not ready when something fails: no mark, and the reason is told', async () => {
    const { script } = machineBootstrap(
      input('m1', {
        // As on an image without an engine; what the packages bring is put back by what stands in for apt-get.
        hooks: { before: HIDE_ENGINE, after: 'echo no licence; exit 3' },
      }),
    )
    const start = 'sh /bootstrap.sh; echo "ended with $?"; sleep 3600'
    const failing = await startMachineContainer(host.docker, host.owner, network, script, start)
    await vi.waitFor(async () => expect(await failing.log()).toContain('ended with'), PATIENCE)
    const log = await failing.log()
    expect(log).toMatch(/apt-get .* install -y --no-install-recommends docker\.io/)
    expect(log).toContain('packages may not start services')
    expect(log).toContain('no licence')
    expect(log).toContain('the script after ended with 3')
    expect(log).toContain("FAILED (1) while running the owner's script: after; m1 is not ready")
    expect(log).toContain('ended with 1')
    const unready = inside.open({ endpoint: await endpoint({ host: failing.address }) })
    expect(await unready.bootstrapped()).toBe(false)
    expect(await unready.notices()).toEqual([])
  })

  async function engineProcess(): Promise<string> {
    return (await machine.run('cat /var/run/docker.pid')).output.trim()
  }

  async function expectRules(): Promise<void> {
    const reached = await Promise.all(rules.map(([, address, port]) => reaches(`${address} ${port}`)))
    expect(reached).toEqual(rules.map(([, , , expected]) => expected))
    // The engine, by any address of the machine.
    expect(await reaches(`${machine.address} 2376`)).toBe(false)
    expect(await reaches(`${await gateway()} 2376`)).toBe(false)
  }

  async function gateway(): Promise<string> {
    const { IPAM } = await inside.docker.getNetwork(`slipway-${inside.owner}`).inspect()
    return IPAM?.Config?.[0]?.['Gateway'] ?? ''
  }

  let tries = 0
  /** From an ordinary agent. */
  async function reaches(target: string): Promise<boolean> {
    const key = `try${++tries}`
    const script = `timeout 3 telnet ${target} </dev/null 2>&1 | grep -c "^Connected"; true`
    await runtime.prepare(await inside.spec(key, ['/bin/sh', '-c', script]))
    await runtime.activate(key, { env: {} })
    await inside.docker.getContainer(`slipway-${inside.owner}-${key}`).wait()
    const said = await runtime.tail(key, 1000)
    await runtime.remove(key)
    return said.trim() === '1'
  }
})

const HIDE_ENGINE = `
mkdir -p /opt/engine
mv /usr/sbin/dockerd /opt/engine/
cat >/usr/local/bin/apt-get <<'SLIPWAY'
#!/bin/sh
echo "apt-get $*"
case "$*" in *install*)
  [ "$(/usr/sbin/policy-rc.d; echo $?)" = 101 ] && echo 'packages may not start services'
  mv /opt/engine/dockerd /usr/sbin/ ;;
esac
SLIPWAY
chmod 755 /usr/local/bin/apt-get
`
