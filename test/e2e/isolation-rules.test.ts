import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContainerRuntime } from '../../src/domain/ports/runtime.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { applyHostRules, removeHostRules } from '../../src/runtimes/docker/host/apply.ts'
import { prepareHost } from '../../src/runtimes/docker/host/prepare.ts'
import { hostRulesScript } from '../../src/kit/packet-filter/script.ts'
import { sharedNetworkName } from '../../src/runtimes/docker/host/networks.ts'
import { startMachine, type TestMachine } from './runtime/machine.ts'
import { importPacketFilter } from './runtime/packet-filter-image.ts'
import { canStartEngines, startPrivateEngine, type PrivateEngine } from './runtime/private-engine.ts'

/**
 * An engine in a network namespace: a whole host, with metadata services that really listen, which the tests can give
 * rules and restart without touching this machine's.
 */
describe.skipIf(!canStartEngines())('addresses that agents must not reach', () => {
  let engine: PrivateEngine
  let machine: TestMachine
  let runtime: ContainerRuntime
  let gateway: string

  beforeAll(async () => {
    engine = await startPrivateEngine()
    machine = await startMachine(engine.endpoint)
    runtime = machine.open()
    // The shared network is there from the first container on.
    await runtime.prepare(await machine.spec('first', ['true']))
    await runtime.remove('first')
    const { IPAM } = await machine.docker.getNetwork(sharedNetworkName(machine.owner)).inspect()
    gateway = IPAM?.Config?.[0]?.['Gateway'] ?? ''
    await engine.listen('outside', ['169.254.169.254:80', '198.51.100.2:80'])
    await engine.listen('host', [
      '168.63.129.16:80',
      '168.63.129.16:53',
      '168.63.129.16:32526',
      `${gateway}:2376`,
      `${gateway}:8080`,
    ])
  })
  afterAll(async () => {
    await machine?.close()
    await engine?.close()
  })

  const probe = async () => runtime.probe(await machine.busybox())

  it('are in reach on a host that nobody prepared, and the probe says so', async () => {
    const { proof, detail } = await probe()
    expect(proof).toBe('unverified')
    expect(detail).toContain('reached: 169.254.169.254 80, 168.63.129.16 80, 168.63.129.16 32526')
    expect(detail).toMatch(new RegExp(`reached: .*${gateway} 2376`))
    expect(detail).toMatch(new RegExp(`only nobody listens: ${gateway} 2375`))
    expect(detail).toContain('slipway host prepare')
  })

  it('are out of reach once the rules are applied, and the probe knows them for the rules', async () => {
    const { added, skipped } = await applyHostRules(engine.run)
    expect(added).toBeGreaterThan(0)
    expect(skipped).toEqual([])
    await expectVerified()
  })

  it('leave open what agents need: name service, the world outside, other ports of the host', async () => {
    expect(await reaches('168.63.129.16 53')).toBe(true)
    expect(await reaches('198.51.100.2 80')).toBe(true)
    expect(await reaches(`${gateway} 8080`)).toBe(true)
    expect(await reaches(`${gateway} 2376`)).toBe(false)
  })

  it('stay out of reach when the rules are applied again, which changes nothing', async () => {
    const before = await engine.run('iptables', ['-S'])
    const { added } = await applyHostRules(engine.run)
    expect(added).toBe(0)
    await engine.run('sh', ['-c', hostRulesScript()])
    expect(await engine.run('iptables', ['-S'])).toEqual(before)
  })

  it('stay out of reach when the engine restarts', async () => {
    await engine.restart()
    await expectVerified()
  })

  it('are in reach again when the rules are removed', async () => {
    expect(await removeHostRules(engine.run)).toBe(true)
    expect(await removeHostRules(engine.run)).toBe(false)
    expect((await probe()).proof).toBe('unverified')
  })

  it('go out of reach by the printed script too', async () => {
    const { code, output } = await engine.run('sh', ['-c', hostRulesScript({ enginePorts: [8080] })])
    expect(output).toBe('')
    expect(code).toBe(0)
    await expectVerified()
    expect(await reaches(`${gateway} 8080`)).toBe(false)
  })

  it('go out of reach by a one-shot container, for hosts that one reaches by the engine alone', async () => {
    await removeHostRules(engine.run)
    const image = await importPacketFilter(machine.docker, `localhost/slipway-test/iptables:${machine.owner}`)
    const helper = { owner: machine.owner, endpoint: engine.endpoint, clock: systemClock, image }
    const words = await prepareHost({ apply: false, remove: false, enginePorts: [], helper })
    expect(words).toContain('until that host boots again')
    await expectVerified()
    expect((await runtime.list()).length).toBe(0)
    await machine.docker.getImage(image).remove({ force: true })
  })

  it('say what is wrong when the one-shot container can’t apply the rules', async () => {
    const image = await machine.busybox()
    const helper = { owner: machine.owner, endpoint: engine.endpoint, clock: systemClock, image }
    const preparing = prepareHost({ apply: false, remove: false, enginePorts: [], helper })
    await expect(preparing).rejects.toThrow(/could not be applied: .*iptables: not found/)
  })

  async function expectVerified(): Promise<void> {
    const { proof, detail } = await probe()
    // The kernel sends few rejects a second: some of the addresses may stay silent instead.
    expect(detail).toContain('blocked by the rules of `slipway host prepare`: ')
    for (const port of [2375, 2376]) expect(detail).toContain(`${gateway} ${port}`)
    expect(detail).not.toMatch(/reached|nobody listens/)
    expect(proof).toBe('verified')
  }

  let tries = 0
  /** From an ordinary agent. */
  async function reaches(target: string): Promise<boolean> {
    const key = `try${++tries}`
    const script = `timeout 3 telnet ${target} </dev/null 2>&1 | grep -c "^Connected"; true`
    await runtime.prepare(await machine.spec(key, ['/bin/sh', '-c', script]))
    await runtime.activate(key, { env: {} })
    await machine.docker.getContainer(`slipway-${machine.owner}-${key}`).wait()
    const said = await runtime.tail(key, 1000)
    await runtime.remove(key)
    return said.trim() === '1'
  }
})
