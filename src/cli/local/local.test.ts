import { describe, expect, it } from 'vitest'
import { createCliFake, type CliFake } from '../../../test/fakes/cli.ts'
import { createFolder, type Folder } from '../../../test/fakes/folder.ts'

const SECRET = 'hush-hush-hush-hush'
const config = (more = '') => `
owner: acme
sources:
  - { kind: http, name: push }
  - { kind: github, name: gh, appId: 1, privateKey: pem, webhookSecret: '${SECRET}', scopes: [{ organization: acme }] }
fleets: [{ name: local, provider: static, hosts: [{ name: here, url: 'unix:///run/docker.sock' }] }]
pools: [{ name: linux, labels: [linux], serves: [{ source: push }, { source: gh }], fleets: [local], image: 'a:1' }]
${more}`

const write = (folder: Folder, more = '') => folder.write('slipway.yaml', config(more))

describe('validate', () => {
  it('says that a file is valid, and what is in it', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    expect(await cli.run('validate', write(folder))).toBe(0)
    expect(cli.out()).toMatch(/is valid: 2 sources, 1 fleet, 1 pool\./)
  })

  it('says everything that is wrong, each with its place, and ends with 2', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    expect(await cli.run('validate', '--config', write(folder, 'colour: red\nlog: { level: loud }'))).toBe(2)
    expect(cli.out()).toMatch(/error slipway\.yaml:8:1 colour: /)
    expect(cli.out()).toMatch(/error slipway\.yaml:9:15 log\.level: /)
    expect(cli.out()).toMatch(/2 errors/)
  })

  it('tells warnings from errors', async () => {
    using folder = createFolder()
    const cli = createCliFake({ env: { SLIPWAY_CONFIG: write(folder, "server: { admin: { listen: '0.0.0.0:1' } }") } })
    expect(await cli.run('validate')).toBe(0)
    expect(cli.out()).toMatch(/^warning slipway\.yaml:8:\d+ server\.admin\.listen: /m)
    expect(await cli.run('validate', '--strict')).toBe(2)
  })

  it('gives one JSON value', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    expect(await cli.run('validate', write(folder, 'colour: red'), '--json')).toBe(2)
    expect(JSON.parse(cli.out())).toMatchObject({ ok: false, warnings: [], problems: [{ path: 'colour', line: 8 }] })
  })
})

describe('schema', () => {
  it('prints the JSON Schema', async () => {
    const cli = createCliFake()
    expect(await cli.run('schema')).toBe(0)
    expect(JSON.parse(cli.out())).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['owner', 'pools']),
    })
  })
})

describe('doctor', () => {
  const findings = [
    { about: 'source gh', level: 'ok', finding: 'GitHub answers' },
    { about: 'fleet local', level: 'error', finding: 'no engine at unix:///run/docker.sock', mend: 'Start it.' },
  ] as const

  it('shows every finding with its remedy, and ends with 1 for an error', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    cli.commands = { ...cli.commands, doctor: async () => findings }
    expect(await cli.run('doctor', '-c', write(folder))).toBe(1)
    expect(cli.out()).toMatch(
      /✔ source gh: GitHub answers[\s\S]*✘ fleet local: no engine.*\n +Start it\.[\s\S]*1 error/,
    )
  })

  it('ends with 0 when nothing is wrong', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    cli.commands = { ...cli.commands, doctor: async () => findings.slice(0, 1) }
    expect(await cli.run('doctor', '-c', write(folder), '--json')).toBe(0)
    expect(JSON.parse(cli.out())).toEqual({ findings: [findings[0]] })
  })

  it('does not begin with a configuration that has problems', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    expect(await cli.run('doctor', '-c', write(folder, 'colour: red'))).toBe(2)
    expect(cli.err()).toMatch(/colour: the key `colour` is unknown/)
    expect(cli.calls).toEqual([])
  })
})

describe('host prepare', () => {
  it('prints the script unless told to apply it', async () => {
    const cli = createCliFake()
    expect(await cli.run('host', 'prepare')).toBe(0)
    expect(cli.out()).toBe('#!/bin/sh\n')
    await cli.run('host', 'prepare', '--apply', '--engine-port', '2376', '--engine-port', '4243')
    expect(cli.calls.map((call) => call.options)).toEqual([
      { apply: false, remove: false, enginePorts: [2375, 2376] },
      { apply: true, remove: false, enginePorts: [2376, 4243] },
    ])
  })
})

describe('github setup', () => {
  it('takes the address for webhooks from the configuration', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    const path = write(folder, "server: { public: { url: 'https://ci.example.com' } }")
    expect(await cli.run('github', 'setup', '-c', path, '--organization', 'acme')).toBe(0)
    expect(cli.calls[0]?.options).toMatchObject({
      publicUrl: 'https://ci.example.com',
      organization: 'acme',
      source: 'github',
      directory: 'secrets',
      port: 0,
    })
  })
})

describe('token create --offline', () => {
  it('makes it without the service, the secret alone on standard output', async () => {
    const cli = createCliFake()
    const args = ['--roles', 'submit', '--pool', 'a', '--pool', 'b', '--expires', '90d', '--offline', '-c', 'x.yaml']
    expect(await cli.run('token', 'create', 'ci', ...args)).toBe(0)
    expect(cli.out()).toBe('made-offline\n')
    expect(cli.calls[0]?.options).toMatchObject({
      configPath: 'x.yaml',
      name: 'ci',
      roles: ['submit'],
      pools: ['a', 'b'],
      ttlMs: 90 * 86_400_000,
    })
  })
})

describe('demo', () => {
  it('passes its options on and ends with its code', async () => {
    const cli = createCliFake()
    cli.commands = { ...cli.commands, demo: async ({ installDocker, jobs }) => (installDocker && jobs === 5 ? 7 : 0) }
    expect(await cli.run('demo', '--install-docker', '--jobs', '5')).toBe(7)
  })

  it('is told of Ctrl-C and waited for; a second one ends it at once', async () => {
    const cli = createCliFake()
    const aborted = Promise.withResolvers<void>()
    cli.commands = {
      ...cli.commands,
      demo: ({ signal }) => {
        signal.addEventListener('abort', () => aborted.resolve())
        return new Promise<number>(() => undefined)
      },
    }
    const ended = cli.run('demo')
    await cli.listening('SIGINT')
    cli.signal('SIGINT')
    await aborted.promise
    cli.signal('SIGINT')
    expect(await ended).toBe(130)
  })
})

describe('serve', () => {
  /** Runs until the signal handlers are there; wrapped, so that awaiting it does not await the end. */
  async function started(folder: Folder, cli: CliFake, ...args: string[]) {
    const ended = cli.run('serve', '-c', write(folder), ...args)
    await cli.listening('SIGHUP')
    return { ended }
  }
  const lines = (cli: CliFake) =>
    cli
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  it('does not begin with a configuration that has problems', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    const path = folder.write('bad.yaml', 'owner: Acme')
    expect(await cli.run('serve', '-c', path)).toBe(2)
    expect(cli.err()).toMatch(/bad\.yaml:1:8 owner: /)
    expect(cli.calls).toEqual([])
  })

  it('logs that it is ready, as JSON, and stops without draining at SIGTERM', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    const { ended } = await started(folder, cli)
    cli.signal('SIGTERM')
    expect(await ended).toBe(0)
    expect(cli.service.calls).toEqual(['stop'])
    expect(lines(cli).map((line) => line['msg'])).toEqual(['ready', 'stopping; agents keep running', 'stopped'])
    expect(lines(cli)[0]).toMatchObject({ level: 'info', adminUrl: 'http://127.0.0.1:8081' })
  })

  it('drains at SIGTERM with --drain, and not at Ctrl-C', async () => {
    using folder = createFolder()
    const drained = createCliFake()
    const first = await started(folder, drained, '--drain')
    drained.signal('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(drained.service.calls).toEqual(['stop, draining'])
    const interrupted = createCliFake()
    const second = await started(folder, interrupted, '--drain')
    interrupted.signal('SIGINT')
    expect(await second.ended).toBe(0)
    expect(interrupted.service.calls).toEqual(['stop'])
  })

  it('ends at once at the second signal', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    cli.service.stopGate = new Promise(() => undefined)
    const { ended } = await started(folder, cli, '--drain')
    cli.signal('SIGTERM')
    cli.signal('SIGTERM')
    expect(await ended).toBe(143)
  })

  it('reloads at SIGHUP, and keeps the old configuration when the new one is refused', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    const { ended } = await started(folder, cli)
    cli.service.problems = ['owner is missing']
    cli.signal('SIGHUP')
    await new Promise(setImmediate)
    cli.signal('SIGTERM')
    expect(await ended).toBe(0)
    expect(cli.service.calls).toEqual(['reload', 'stop'])
    expect(lines(cli)).toContainEqual(
      expect.objectContaining({ level: 'error', problems: ['owner is missing'], cause: 'SIGHUP' }),
    )
  })

  it('never logs a secret of the configuration', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    cli.commands = {
      ...cli.commands,
      serve: async ({ logger }) => {
        logger.info({ url: `http://x/${SECRET}`, error: new Error(`bad ${SECRET}`) }, `said ${SECRET}`)
        return cli.service
      },
    }
    const { ended } = await started(folder, cli)
    cli.signal('SIGTERM')
    await ended
    expect(cli.out()).toContain('[redacted]')
    expect(cli.out()).not.toContain(SECRET)
  })

  it('ends with 1 when the service can not begin', async () => {
    using folder = createFolder()
    const cli = createCliFake()
    cli.commands = { ...cli.commands, serve: () => Promise.reject(new Error('the store is held by process 42')) }
    expect(await cli.run('serve', '-c', write(folder))).toBe(1)
    expect(cli.err()).toContain('held by process 42')
  })
})
