import { describe, expect, it } from 'vitest'
import { createFolder } from '../../test/fakes/folder.ts'
import type { Config } from './config.ts'
import { loadConfig } from './load.ts'
import { secretsOf } from './secrets.ts'

const GI = 2 ** 30

const minimal = `
owner: acme
sources: [{ kind: http, name: push }]
fleets:
  - name: local
    provider: static
    hosts: [{ name: here, url: 'unix:///run/docker.sock' }]
pools:
  - { name: linux, serves: [{ source: push }], fleets: [local], image: 'agent:1' }
`

const github = (fields: string) => `
owner: acme
sources:
  - kind: github
    name: github
    appId: \${APP_ID}
    privateKey: file:keys/app.pem
    webhookSecret: \${HOOK_SECRET}
    scopes: [{ organization: acme }, { organization: acme, runnerGroup: ci, repositories: [acme/web-*] }, { repository: oss/x }]
fleets:
  - name: local
    provider: static
    hosts: [{ name: here, url: 'unix:///run/docker.sock' }]
pools:
  - name: linux
    labels: [linux]
    fleets: [local]
    image: agent:1
${fields}`

async function loaded(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  using folder = createFolder()
  for (const [name, content] of Object.entries(files)) folder.write(name, content)
  const result = await loadConfig(folder.write('slipway.yaml', text), env)
  if (!result.ok) throw new Error(result.problems.map((problem) => `${problem.path}: ${problem.reason}`).join('\n'))
  return { ...result, folder: folder.path }
}

const env = { APP_ID: '42', HOOK_SECRET: 'a-long-webhook-secret' }
const files = { 'keys/app.pem': 'line one\nline two\n' }
const loadGithub = (fields: string) => loaded(github(fields), env, files)

function onlyPool(config: Config) {
  const [pool] = config.pools
  if (!pool) throw new Error('no pool')
  return pool
}

describe('a minimal configuration', () => {
  it('has every default filled in', async () => {
    const { config, folder } = await loaded(minimal)
    expect(config).toMatchObject({
      owner: 'acme',
      store: {
        path: `${folder}/slipway.db`,
        retention: {
          jobsMs: 30 * 86_400_000,
          journalMs: 30 * 86_400_000,
          deliveriesMs: 7 * 86_400_000,
          ledgerMs: 400 * 86_400_000,
        },
      },
      server: {
        public: { listen: { host: '0.0.0.0', port: 8080 } },
        admin: { listen: { host: '127.0.0.1', port: 8081 } },
      },
      log: { level: 'info' },
      noProxy: [],
      registries: [],
    })
    expect(config.fleets[0]?.fleet).toEqual({
      name: 'local',
      provider: 'static',
      os: 'linux',
      zone: 'internal',
      reserve: { milliCpu: 250, memory: GI / 2, disk: 2 * GI },
      limits: { agentsPerMachine: 100, machines: Infinity, machinesPerHour: Infinity },
      burst: { cpu: 1 },
      spread: 'none',
    })
    expect(onlyPool(config)).toEqual({
      name: 'linux',
      os: 'linux',
      serves: [{ source: 'push' }],
      labels: [],
      repositories: ['*'],
      trust: { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: false },
      fleets: ['local'],
      image: 'agent:1',
      command: [],
      resources: { milliCpu: 2000, memory: 4 * GI, disk: 10 * GI },
      allowedImages: [],
      maxResources: { milliCpu: 2000, memory: 4 * GI, disk: 10 * GI },
      priority: 0,
      limits: { agents: 10, perScope: 10, perRepository: 10 },
      warm: { agents: 0, standby: 0 },
      idleTimeoutMs: 300_000,
      maxAgeMs: 43_200_000,
      registerTimeoutMs: 120_000,
      maxFailures: 5,
      isolation: { sudo: false, capabilities: [], pids: 4096, acceptUnverified: false },
      containers: 'none',
    })
  })

  it('promises no wait, unless told', async () => {
    expect(onlyPool((await loaded(minimal)).config)).not.toHaveProperty('waitTargetMs')
    const told = minimal.replace("image: 'agent:1'", "image: 'agent:1', waitTarget: 2m")
    expect(onlyPool((await loaded(told)).config).waitTargetMs).toBe(120_000)
  })

  it('knows no proxy, authorities or engine image', async () => {
    const { config } = await loaded(minimal)
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(['proxy']))
    expect(config.caFile).toBeUndefined()
    expect(config.engineImage).toBeUndefined()
  })
})

describe('references', () => {
  it('are replaced by variables and files', async () => {
    const { config, files: used, folder } = await loadGithub('    serves: [{ source: github }]')
    expect(config.sources[0]).toMatchObject({
      appId: 42,
      privateKey: 'line one\nline two',
      webhookSecret: 'a-long-webhook-secret',
    })
    expect(used).toEqual([`${folder}/keys/app.pem`])
  })

  it('may stand inside a text, and be escaped', async () => {
    const written = "'${REGISTRY}/agent:${TAG}', command: ['echo', '$${HOME}', '$HOME']"
    const text = minimal.replace("'agent:1'", () => written)
    const { config } = await loaded(text, { REGISTRY: 'registry.example.com', TAG: '7' })
    expect(onlyPool(config)).toMatchObject({
      image: 'registry.example.com/agent:7',
      command: ['echo', '${HOME}', '$HOME'],
    })
  })

  it('never lead from a variable to a file, nor to a second variable', async () => {
    const text = minimal.replace("'agent:1'", "'agent:1', command: ['${A}', '${B}']")
    const { config } = await loaded(text, { A: 'file:/etc/passwd', B: '${A}' })
    expect(onlyPool(config).command).toEqual(['file:/etc/passwd', '${A}'])
  })

  it('give secrets that the log can mask', async () => {
    const { config } = await loadGithub('    serves: [{ source: github }]\nproxy: http://me:hu%40sh@proxy:3128\n')
    expect(secretsOf(config)).toEqual(['line one\nline two', 'a-long-webhook-secret', 'hu%40sh', 'hu@sh'])
  })
})

describe('the allow list of a pool that gives none', () => {
  it.each([
    ['all scopes', '{ source: github }', ['acme/*', 'acme/web-*', 'oss/x']],
    ['an organization', '{ source: github, scope: acme }', ['acme/*']],
    ['a runner group', "{ source: github, scope: 'acme:ci' }", ['acme/web-*']],
    ['a repository', '{ source: github, scope: oss/x }', ['oss/x']],
  ])('is what %s is for', async (_what, serves, repositories) => {
    const { config } = await loadGithub(`    serves: [${serves}]`)
    expect(onlyPool(config).repositories).toEqual(repositories)
  })
})

describe('labels of a pool that serves GitHub', () => {
  it.each([
    ['[gpu]', ['gpu', 'self-hosted', 'linux', 'x64']],
    ['[Self-Hosted, Linux, ARM64]', ['Self-Hosted', 'Linux', 'ARM64']],
    ['[]', ['self-hosted', 'linux', 'x64']],
  ])('%s are completed by what every runner has', async (labels, expected) => {
    const text = github('    serves: [{ source: github, scope: acme }]').replace('labels: [linux]', `labels: ${labels}`)
    const { config } = await loaded(text, env, { 'keys/app.pem': 'KEY' })
    expect(config.pools[0]?.labels).toEqual(expected)
  })
})

describe('a certificate file', () => {
  it('is found beside the configuration and must hold a certificate', async () => {
    const text = `${minimal}caFile: ca.pem\n`
    const { config, folder, files: used } = await loaded(text, {}, { 'ca.pem': '-----BEGIN CERTIFICATE-----\n' })
    expect(config.caFile).toBe(`${folder}/ca.pem`)
    expect(used).toEqual([`${folder}/ca.pem`])
    await expect(loaded(text, {}, { 'ca.pem': 'hello' })).rejects.toThrow(/holds no certificate/)
  })
})

describe('YAML', () => {
  it('may use anchors and merges', async () => {
    const text = minimal.replace(
      "{ name: linux, serves: [{ source: push }], fleets: [local], image: 'agent:1' }",
      "&base { name: linux, serves: [{ source: push }], fleets: [local], image: 'agent:1' }\n  - { <<: *base, name: more }",
    )
    const { config } = await loaded(text)
    expect(config.pools.map((pool) => [pool.name, pool.image])).toEqual([
      ['linux', 'agent:1'],
      ['more', 'agent:1'],
    ])
  })
})
