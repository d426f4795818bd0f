import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { containerName } from '../../src/domain/agent.ts'
import { strictIsolation } from '../../src/domain/pool.ts'
import type { ContainerRuntime, ContainerSpec } from '../../src/domain/ports/runtime.ts'
import { BASE_CAPABILITIES, SUDO_CAPABILITIES } from '../../src/runtimes/docker/container/capabilities.ts'
import { startMachine, type TestMachine } from './runtime/machine.ts'

const PATIENCE = { timeout: 30_000, interval: 50 }
/** Numbers of the kernel's capabilities. */
const CAPABILITY_BITS: Readonly<Record<string, number>> = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  NET_BIND_SERVICE: 10,
  AUDIT_WRITE: 29,
}

describe('isolation of agents on a real engine', () => {
  let machine: TestMachine
  let runtime: ContainerRuntime

  beforeAll(async () => {
    machine = await startMachine()
    runtime = machine.open()
  })
  afterAll(() => machine.close())

  async function started(key: string, script: string, more: Partial<ContainerSpec> = {}): Promise<void> {
    await runtime.prepare(await machine.spec(key, ['/bin/sh', '-c', script], more))
    await runtime.activate(key, { env: { SECRET: 'hunter2-in-memory' } })
  }

  /** Runs a script as an agent's command to its end. */
  async function ran(key: string, script: string, more: Partial<ContainerSpec> = {}) {
    await started(key, script, more)
    return ended(key)
  }

  function ended(key: string) {
    return vi.waitFor(async () => {
      const end = await runtime.end(key)
      if (!end) throw new Error(`${key} still runs`)
      return end
    }, PATIENCE)
  }

  function maskOf(capabilities: readonly string[]): string {
    const bits = capabilities.map((name) => 1n << BigInt(CAPABILITY_BITS[name] ?? 63))
    return bits
      .reduce((mask, bit) => mask | bit, 0n)
      .toString(16)
      .padStart(16, '0')
  }

  const showStatus = `grep -E '^(CapEff|CapBnd|CapPrm|NoNewPrivs|Seccomp):' /proc/self/status`

  it('has no capability beyond the list, can gain no privilege, and keeps seccomp', async () => {
    const { tail } = await ran('caps', showStatus)
    const mask = maskOf(BASE_CAPABILITIES)
    expect(mask).toBe('0000000000000000')
    expect(tail).toContain(`CapEff:\t${mask}`)
    expect(tail).toContain(`CapPrm:\t${mask}`)
    expect(tail).toContain(`CapBnd:\t${mask}`)
    expect(tail).toContain('NoNewPrivs:\t1')
    expect(tail).toContain('Seccomp:\t2')
  })

  it('gets with sudo what sudo needs, and what the policy names, and nothing else', async () => {
    const isolation = { ...strictIsolation, sudo: true, capabilities: ['NET_BIND_SERVICE'] }
    const { tail } = await ran('sudo', showStatus, { isolation })
    const mask = maskOf([...SUDO_CAPABILITIES, 'NET_BIND_SERVICE'])
    expect(tail).toContain(`CapEff:\t${mask}`)
    expect(tail).toContain(`CapBnd:\t${mask}`)
    expect(tail).toContain('NoNewPrivs:\t0')
  })

  it('can start no more processes than its limit', async () => {
    const isolation = { ...strictIsolation, pids: 20 }
    const fork = 'i=0; while [ $i -lt 60 ]; do sleep 30 & i=$((i+1)); done; echo forked all'
    const { tail, exit } = await ran('pids', fork, { isolation })
    expect(tail).toMatch(/can't fork/)
    expect(tail).not.toContain('forked all')
    expect(exit.exitCode).not.toBe(0)
  })

  it('dies alone when it goes over its memory', async () => {
    await started('neighbour', 'while true; do echo still here; sleep 1; done')
    const { exit } = await ran('hungry', 'exec dd if=/dev/zero of=/dev/null bs=400M count=1')
    expect(exit).toMatchObject({ kind: 'out-of-memory', exitCode: 137 })
    expect(await runtime.end('neighbour')).toBeUndefined()
    expect(await runtime.tail('neighbour', 1000)).toContain('still here')
    await runtime.remove('neighbour')
  })

  it('sees no engine socket, nor a device of the host', async () => {
    const { tail } = await ran(
      'socket',
      'ls -d /var/run/docker.sock /run/docker.sock /dev/sda /dev/vda /dev/kmsg 2>&1; ls /',
    )
    expect(tail.match(/No such file/g)).toHaveLength(5)
    expect(tail).not.toContain('host')
  })

  it('can’t reach its neighbour, though the neighbour listens', async () => {
    await started('listener', 'while true; do echo hello | nc -l -p 9000; done')
    const listener = machine.docker.getContainer(containerName(machine.owner, 'listener'))
    const { NetworkSettings } = await listener.inspect()
    const [network] = Object.values(NetworkSettings.Networks)
    const address = network?.IPAddress ?? ''
    await vi.waitFor(() => connect(address, 9000), PATIENCE)
    const { tail } = await ran('curious', `nc -w 3 ${address} 9000 </dev/null && echo REACHED; echo tried`)
    expect(tail).toContain('tried')
    expect(tail).not.toContain('REACHED')
    expect(tail).not.toContain('hello')
    await runtime.remove('listener')
  })

  it('shows its secret to nobody who asks the engine', async () => {
    await started('secretive', 'sleep 600')
    const container = machine.docker.getContainer(containerName(machine.owner, 'secretive'))
    const seen = [await container.inspect(), await container.top(), await machine.docker.listContainers({ all: true })]
    expect(JSON.stringify(seen)).toContain('secretive')
    expect(JSON.stringify(seen)).not.toContain('hunter2')
    expect(await runtime.tail('secretive', 10_000)).not.toContain('hunter2')
    await runtime.remove('secretive')
  })

  it('is killed from outside visibly', async () => {
    await started('victim', 'sleep 600')
    await machine.docker.getContainer(containerName(machine.owner, 'victim')).kill()
    const { exit } = await ended('victim')
    expect(exit).toMatchObject({ kind: 'killed', exitCode: 137 })
  })

  it('gets the proxy that is configured', async () => {
    runtime = machine.open({ proxy: 'http://proxy.example.com:3128', noProxy: ['.example.com'] })
    const { tail } = await ran('proxied', 'echo $https_proxy $NO_PROXY')
    expect(tail.trim()).toBe('http://proxy.example.com:3128 localhost,127.0.0.1,::1,.example.com')
  })

  it('trusts the authority that is configured beside the public ones', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-ca-'))
    const caFile = join(folder, 'ca.pem')
    await writeFile(caFile, '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n')
    runtime = machine.open({ caFile })
    const { tail } = await ran('trusting', 'grep -c BEGIN "$SSL_CERT_FILE"; grep ours "$NODE_EXTRA_CA_CERTS"')
    expect(tail.split('\n')).toEqual([String(rootCertificates.length + 1), 'ours', ''])
    await rm(folder, { recursive: true })
  })
})

function connect(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, timeout: 1000 }, () => {
      socket.destroy()
      resolve()
    })
    socket.on('error', reject)
    socket.on('timeout', () => socket.destroy(new Error('timeout')))
  })
}
