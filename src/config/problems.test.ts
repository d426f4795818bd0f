import { describe, expect, it } from 'vitest'
import { createFolder } from '../../test/fakes/folder.ts'
import { loadConfig } from './load.ts'
import { problemText, type ConfigProblem } from './reading/problem.ts'

/** A sound file, block by block, so that every case changes one block and knows its lines. */
const blocks = {
  owner: 'owner: acme-ci',
  sources: `sources:
  - kind: github
    name: github
    appId: 42
    privateKey: pem
    webhookSecret: long-enough-to-be-a-secret
    scopes:
      - organization: acme
      - repository: oss/widgets
  - { kind: http, name: push }`,
  fleets: `fleets:
  - name: local
    provider: static
    hosts:
      - { name: here, url: 'unix:///run/docker.sock', size: { cpu: 4, memory: 8Gi, disk: 50Gi } }`,
  pools: `pools:
  - name: linux
    serves: [{ source: github }, { source: push }]
    labels: [linux]
    fleets: [local]
    image: agent:1`,
}

type Blocks = Partial<Record<keyof typeof blocks, string>> & { readonly more?: string }

async function load(text: string, env: Record<string, string> = {}) {
  using folder = createFolder()
  return await loadConfig(folder.write('slipway.yaml', text), env)
}

async function problems(changes: Blocks, env?: Record<string, string>): Promise<readonly ConfigProblem[]> {
  const loaded = await load(textOf(changes), env)
  return loaded.ok ? [] : loaded.problems
}

function textOf({ more = '', ...changes }: Blocks): string {
  return [...Object.values({ ...blocks, ...changes }), more].join('\n')
}

/** The line of the first text that holds `mark`, from 1. */
function lineOf(changes: Blocks, mark: string): number {
  return (
    textOf(changes)
      .split('\n')
      .findIndex((line) => line.includes(mark)) + 1
  )
}

const pool = (name: string, rest: string) => `${blocks.pools}
  - name: ${name}
    image: agent:1
    ${rest.replaceAll('\n', '\n    ')}`
const onlyPool = (rest: string) => `${blocks.pools}\n    ${rest.replaceAll('\n', '\n    ')}`
const served = 'serves: [{ source: push }]\nfleets: [local]\n'

interface Case {
  readonly what: string
  readonly changes: Blocks
  readonly path: string
  /** A text on the line that the problem must point at. */
  readonly mark: string
  readonly reason: RegExp
  readonly nearest?: string
}

const cases: readonly Case[] = [
  {
    what: 'an unknown key',
    changes: { more: 'stoer: { path: x }' },
    path: 'stoer',
    mark: 'stoer',
    reason: /`stoer` is unknown/,
    nearest: 'store',
  },
  {
    what: 'an unknown key deep inside',
    changes: { pools: onlyPool('isolation:\n  sudu: true') },
    path: 'pools[0].isolation.sudu',
    mark: 'sudu',
    reason: /unknown/,
    nearest: 'sudo',
  },
  {
    what: 'an unknown key of one kind of scope',
    changes: {
      sources: blocks.sources.replace('- organization: acme', '- organization: acme\n        runnergroup: ci'),
    },
    path: 'sources[0].scopes[0].runnergroup',
    mark: 'runnergroup',
    reason: /unknown/,
    nearest: 'runnerGroup',
  },
  {
    what: 'an unknown kind of source',
    changes: { sources: blocks.sources.replace('kind: http', 'kind: htpp') },
    path: 'sources[1].kind',
    mark: 'htpp',
    reason: /not one of `github`, `jenkins`, `hudson`, `http`/,
    nearest: 'http',
  },
  {
    what: 'a wrong value where values are listed',
    changes: { more: 'log: { level: wran }' },
    path: 'log.level',
    mark: 'wran',
    reason: /not one of/,
    nearest: 'warn',
  },
  { what: 'a missing key', changes: { owner: '' }, path: 'owner', mark: 'sources:', reason: /`owner` is missing/ },
  {
    what: 'a missing key of an item',
    changes: { pools: blocks.pools.replace('    image: agent:1', '') },
    path: 'pools[0].image',
    mark: 'name: linux',
    reason: /`image` is missing/,
  },
  { what: 'an empty key', changes: { more: 'store:' }, path: 'store', mark: 'store:', reason: /has no value/ },
  {
    what: 'a wrong type',
    changes: { pools: onlyPool('allowedImages: agent') },
    path: 'pools[0].allowedImages',
    mark: 'allowedImages',
    reason: /expected a list .* found `agent`/,
  },
  {
    what: 'a size in no known form',
    changes: { pools: onlyPool('resources: { memory: 4 Gi }') },
    path: 'pools[0].resources.memory',
    mark: '4 Gi',
    reason: /for example '4Gi'.*found `4 Gi`/,
  },
  {
    what: 'a time without a unit',
    changes: { pools: onlyPool('idleTimeout: 30') },
    path: 'pools[0].idleTimeout',
    mark: 'idleTimeout',
    reason: /for example '30s'/,
  },
  {
    what: 'a listener without a port',
    changes: { more: 'server: { admin: { listen: localhost } }' },
    path: 'server.admin.listen',
    mark: 'localhost',
    reason: /address:port/,
  },
  {
    what: 'a proxy that is no address',
    changes: { more: 'server: { admin: { proxyAuth: { trusted: [proxy.example.com] } } }' },
    path: 'server.admin.proxyAuth.trusted[0]',
    mark: 'proxy.example.com',
    reason: /address or a network/,
  },
  {
    what: 'everybody as a proxy that says who people are',
    changes: { more: "server: { admin: { proxyAuth: { trusted: ['0.0.0.0/0'] } } }" },
    path: 'server.admin.proxyAuth.trusted[0]',
    mark: '0.0.0.0/0',
    reason: /everybody/,
  },
  {
    what: 'a user header that means something else',
    changes: { more: "server: { admin: { proxyAuth: { header: Cookie, trusted: ['10.0.0.0/8'] } } }" },
    path: 'server.admin.proxyAuth.header',
    mark: 'Cookie',
    reason: /a header that only the proxy sets/,
  },
  {
    what: 'a port too high',
    changes: { more: "server: { admin: { listen: '127.0.0.1:70000' } }" },
    path: 'server.admin.listen',
    mark: '70000',
    reason: /at most 65535/,
  },
  {
    what: 'no pools',
    changes: { pools: 'pools: []' },
    path: 'pools',
    mark: 'pools:',
    reason: /at least one pool/,
  },
  {
    what: 'an environment variable that is not set',
    changes: { sources: blocks.sources.replace('privateKey: pem', 'privateKey: ${GITHUB_PRIVATE_KEI}') },
    path: 'sources[0].privateKey',
    mark: 'GITHUB_PRIVATE_KEI',
    reason: /GITHUB_PRIVATE_KEI is not set/,
    nearest: 'GITHUB_PRIVATE_KEY',
  },
  {
    what: 'a reference that never ends',
    changes: { pools: blocks.pools.replace('agent:1', "'agent:${TAG'") },
    path: 'pools[0].image',
    mark: 'agent:${TAG',
    reason: /no reference/,
  },
  {
    what: 'a file that is not there',
    changes: { sources: blocks.sources.replace('privateKey: pem', 'privateKey: file:keys/none.pem') },
    path: 'sources[0].privateKey',
    mark: 'none.pem',
    reason: /keys\/none\.pem does not exist/,
  },
  {
    what: 'a file that can not be read',
    changes: { sources: blocks.sources.replace('privateKey: pem', 'privateKey: file:.') },
    path: 'sources[0].privateKey',
    mark: 'file:.',
    reason: /can't be read \(EISDIR\)/,
  },
  {
    what: 'a missing authority file',
    changes: { more: 'caFile: none.pem' },
    path: 'caFile',
    mark: 'caFile',
    reason: /none\.pem can't be read/,
  },
  {
    what: 'a key that is there twice',
    changes: { pools: onlyPool('labels: [again]') },
    path: 'pools[0].labels',
    mark: 'again',
    reason: /`labels` is there twice/,
  },
  {
    what: 'two sources of one name',
    changes: { sources: `${blocks.sources}\n  - { kind: http, name: github }` },
    path: 'sources[2].name',
    mark: 'http, name: github',
    reason: /source `github` is there twice, first at sources\[0\]\.name/,
  },
  {
    what: 'two pools of one name',
    changes: { pools: pool('linux', served) },
    path: 'pools[1].name',
    mark: 'never',
    reason: /pool `linux` is there twice/,
  },
  {
    what: 'two hosts of one name in different fleets',
    changes: {
      fleets: `${blocks.fleets}\n  - name: other\n    provider: static\n    hosts: [{ name: here, url: 'tcp://127.0.0.1:2375' }]`,
    },
    path: 'fleets[1].hosts[0].name',
    mark: 'tcp:',
    reason: /host `here` is there twice/,
  },
  {
    what: 'one engine under two names',
    changes: {
      fleets: `${blocks.fleets}\n      - { name: again, url: 'unix:///run/docker.sock' }`,
    },
    path: 'fleets[0].hosts[1].url',
    mark: 'name: again',
    reason: /engine `unix:.*` is there twice/,
  },
  {
    what: 'one scope twice',
    changes: { sources: blocks.sources.replace('- repository: oss/widgets', '- organization: Acme') },
    path: 'sources[0].scopes[1]',
    mark: 'Acme',
    reason: /scope `acme` is there twice/,
  },
  {
    what: 'a fleet that does not exist',
    changes: { pools: blocks.pools.replace('[local]', '[locl]') },
    path: 'pools[0].fleets[0]',
    mark: 'locl',
    reason: /no fleet `locl`/,
    nearest: 'local',
  },
  {
    what: 'a source that does not exist',
    changes: { pools: blocks.pools.replace('source: push', 'source: psuh') },
    path: 'pools[0].serves[1].source',
    mark: 'psuh',
    reason: /no source `psuh`/,
    nearest: 'push',
  },
  {
    what: 'a scope that does not exist',
    changes: { pools: blocks.pools.replace('source: github', 'source: github, scope: oss/widget') },
    path: 'pools[0].serves[0].scope',
    mark: 'scope: oss/widget }',
    reason: /no scope `oss\/widget`/,
    nearest: 'oss/widgets',
  },
  {
    what: 'a scope of a source that has none',
    changes: { pools: blocks.pools.replace('source: push', 'source: push, scope: acme') },
    path: 'pools[0].serves[1].scope',
    mark: 'source: push, scope',
    reason: /has no scopes/,
  },
  {
    what: 'a fleet named twice',
    changes: { pools: blocks.pools.replace('[local]', '[local, local]') },
    path: 'pools[0].fleets[1]',
    mark: '[local, local]',
    reason: /named twice/,
  },
  {
    what: 'a fleet of another os',
    changes: { pools: onlyPool('os: windows') },
    path: 'pools[0].fleets[0]',
    mark: 'fleets: [local]',
    reason: /for windows and the fleet `local` runs linux/,
  },
  ...[
    ['isolation.sudo', 'isolation: { sudo: true }'],
    ['isolation.capabilities', 'isolation: { capabilities: [SYS_PTRACE] }'],
    ['isolation.pids', 'isolation: { pids: 100 }'],
    ['containers', 'containers: dind'],
  ].map(([path = '', written = '']) => ({
    what: `${path} of Linux for Windows`,
    changes: {
      fleets: blocks.fleets.replace('provider: static', 'provider: static\n    os: windows'),
      pools: onlyPool(`os: windows\n${written}`),
    },
    path: `pools[0].${path}`,
    mark: written,
    reason: /is for Linux containers, and the pool `linux` is for windows/,
  })),
  {
    what: 'an isolation of Windows for Linux',
    changes: { pools: onlyPool('isolation: { windows: hyperv }') },
    path: 'pools[0].isolation.windows',
    mark: 'windows: hyperv',
    reason: /is for Windows containers, and the pool `linux` is for linux/,
  },
  {
    what: 'a fleet of another trust zone',
    changes: { pools: onlyPool('trust: { zone: public }') },
    path: 'pools[0].fleets[0]',
    mark: 'fleets: [local]',
    reason: /zone `public` and the fleet `local` of `internal`/,
  },
  {
    what: 'two zones in one scope',
    changes: {
      fleets: `${blocks.fleets}\n  - { name: far, provider: static, trust: public, hosts: [{ name: far, url: 'tcp://127.0.0.1:1' }] }`,
      pools: pool(
        'oss',
        'serves: [{ source: github, scope: oss/widgets }]\nlabels: [oss]\ntrust: public\nfleets: [far]',
      ),
    },
    path: 'pools[1].serves[0]',
    mark: 'scope: oss/widgets',
    reason: /pools of two trust zones register in the scope `oss\/widgets`.*`linux` \(internal\) and `oss` \(public\)/,
  },
  {
    what: 'more agents in a scope than in all',
    changes: { pools: onlyPool('limits: { agents: 2, perScope: 3 }') },
    path: 'pools[0].limits.perScope',
    mark: 'perScope',
    reason: /`limits\.perScope` \(3\) is more than `limits\.agents` \(2\)/,
  },
  {
    what: 'more held warm than allowed',
    changes: { pools: onlyPool('limits: { agents: 2 }\nwarm: { standby: 3 }') },
    path: 'pools[0].warm.standby',
    mark: 'warm:',
    reason: /`warm\.standby` \(3\) is more than `limits\.agents` \(2\)/,
  },
  {
    what: 'resources above their bound',
    changes: { pools: onlyPool('resources: { memory: 4Gi }\nmaxResources: { memory: 2Gi }') },
    path: 'pools[0].resources.memory',
    mark: ' resources:',
    reason: /`resources\.memory` \(4Gi\) is more than `maxResources\.memory` \(2Gi\)/,
  },
  {
    what: 'an agent without CPU',
    changes: { pools: onlyPool('resources: { cpu: 0 }') },
    path: 'pools[0].resources.cpu',
    mark: 'cpu: 0',
    reason: /needs some cpu/,
  },
  {
    what: 'a pool that fits on no host',
    changes: { pools: onlyPool('resources: { cpu: 4 }') },
    path: 'pools[0].resources',
    mark: 'cpu: 4 }',
    reason: /fits on no machine.*3750m CPU/,
  },
  {
    what: 'a host smaller than the reserve',
    changes: {
      fleets: `${blocks.fleets}\n      - { name: tiny, url: 'tcp://127.0.0.1:1', size: { cpu: 100m, memory: 1Gi, disk: 9Gi } }`,
    },
    path: 'fleets[0].hosts[1].size',
    mark: 'tiny',
    reason: /smaller than what the fleet reserves/,
  },
  {
    what: 'a host over ssh without its host key',
    changes: { fleets: `${blocks.fleets}\n      - { name: far, url: 'ssh://me@far:22', privateKey: pem }` },
    path: 'fleets[0].hosts[1].hostKey',
    mark: 'far:22',
    reason: /hostKey/,
  },
]

describe('problems of a configuration', () => {
  it('are none in the file that the cases change', async () => {
    expect(await problems({})).toEqual([])
  })

  it.each(cases)('$what: $path', async ({ changes, path, mark, reason, nearest }) => {
    const found = await problems(changes, { GITHUB_PRIVATE_KEY: 'x' })
    expect(found.map((problem) => problem.path)).toEqual([path])
    expect(found[0]).toMatchObject({
      file: 'slipway.yaml',
      reason: expect.stringMatching(reason),
      ...(nearest && { nearest }),
    })
    expect(found[0]?.mend !== '' || nearest !== undefined).toBe(true)
    const line = mark === 'never' ? 23 : lineOf(changes, mark)
    expect(found[0]?.line).toBe(line)
  })

  it('come all at once, in the order of the file', async () => {
    const changes = {
      owner: 'owner: Acme CI',
      sources: blocks.sources.replace('webhookSecret: long-enough-to-be-a-secret', 'webhookSecret: ${NONE}'),
      pools: `${onlyPool('limits: { agents: 0 }\ncolour: red')}
  - name: second
    serves: [{ source: pusch }]
    fleets: [locla]
    image: agent:1`,
    }
    const found = await problems(changes)
    expect(found.map((problem) => problem.path)).toEqual([
      'owner',
      'sources[0].webhookSecret',
      'pools[0].limits.agents',
      'pools[0].colour',
      'pools[1].serves[0].source',
      'pools[1].fleets[0]',
    ])
  })

  it('blame nobody for naming an item that is wrong in itself', async () => {
    const found = await problems({
      fleets: blocks.fleets.replace('provider: static', 'provider: static\n    colour: red'),
    })
    expect(found.map((problem) => problem.path)).toEqual(['fleets[0].colour'])
  })

  it('never show what a secret is', async () => {
    const found = await problems({ sources: blocks.sources.replace('privateKey: pem', 'privateKey: 271828') })
    expect(found).toHaveLength(1)
    expect(problemText(found[0]!)).not.toContain('271828')
    const fromEnv = await problems(
      { sources: blocks.sources.replace('appId: 42', 'appId: ${APP}') },
      { APP: 'hush-hush' },
    )
    expect(fromEnv.map((problem) => problem.path)).toEqual(['sources[0].appId'])
    expect(problemText(fromEnv[0]!)).not.toContain('hush-hush')
  })

  it('are one line each, with place, reason, guess and remedy', async () => {
    const [problem] = await problems({ pools: blocks.pools.replace('[local]', '[locl]') })
    expect(problem && problemText(problem)).toBe(
      'slipway.yaml:21:14 pools[0].fleets[0]: there is no fleet `locl`. Did you mean `local`? There are: local.',
    )
  })
})

describe('files that are no configuration', () => {
  it.each([
    ['an empty file', '', /empty/],
    ['comments alone', '# nothing\n', /empty/],
    ['a text', 'hello', /expected keys with values, found `hello`/],
    ['a list', '- a', /found a list/],
    ['broken YAML', 'owner: [a\nb: c', /not valid YAML/],
    ['an unknown anchor', 'owner: *none', /anchor `none`/],
    ['a tab for indentation', 'store:\n\tpath: x', /not valid YAML/],
  ])('%s', async (_what, text, reason) => {
    const loaded = await load(text)
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.reason)).toContainEqual(
      expect.stringMatching(reason),
    )
  })

  it('several documents', async () => {
    const loaded = await load(`${textOf({})}\n---\nowner: second\n`)
    expect(loaded.ok ? [] : loaded.problems).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/several/) }),
    ])
  })

  it('no file at all', async () => {
    const loaded = await loadConfig('/nonexistent/slipway.yaml', {})
    expect(loaded).toMatchObject({ ok: false, problems: [{ line: 0, reason: 'the file does not exist' }] })
  })
})

describe('warnings', () => {
  const warned = async (changes: Blocks) => {
    const loaded = await load(textOf(changes))
    expect(loaded.ok).toBe(true)
    return loaded.warnings.map((warning) => `${warning.path}: ${warning.reason}`)
  }

  it('are none in the file that the cases change', async () => {
    expect(await warned({})).toEqual([])
  })

  it.each<[string, Blocks, RegExp]>([
    [
      'labels that contain those of another pool',
      { pools: pool('large', 'serves: [{ source: github }]\nfleets: [local]\nlabels: [Linux, large]') },
      /^pools\[1\]\.labels: the labels of pool `large` contain all those of pool `linux`/,
    ],
    [
      'a source that nobody serves',
      { sources: `${blocks.sources}\n  - { kind: http, name: idle }` },
      /^sources\[2\]: no pool serves/,
    ],
    [
      'agents held warm where none can wait',
      { pools: pool('pushed', `${served}warm: { agents: 1 }`) },
      /^pools\[1\]\.warm\.agents: /,
    ],
    [
      'an engine on the network without TLS',
      { fleets: `${blocks.fleets}\n      - { name: far, url: 'tcp://10.0.0.1:2375' }` },
      /^fleets\[0\]\.hosts\[1\]\.url: .*without TLS/,
    ],
    [
      'a short webhook secret',
      { sources: blocks.sources.replace('long-enough-to-be-a-secret', 'short') },
      /webhookSecret/,
    ],
    [
      'deliveries forgotten too soon',
      { more: 'store: { retention: { deliveries: 1d } }' },
      /^store\.retention\.deliveries/,
    ],
    ['an open admin listener', { more: "server: { admin: { listen: '0.0.0.0:8081' } }" }, /^server\.admin\.listen/],
    [
      'a team that an earlier one leaves nothing',
      { more: "teams:\n  all: { repositories: ['acme/*'] }\n  pay: { repositories: ['ACME/pay-*', 'oss/*'] }" },
      /^teams\.pay\.repositories\[0\]: the team `all` stands earlier and has all of `ACME\/pay-\*`/,
    ],
    ['a password that jobs can read', { more: 'proxy: http://me:hush@proxy:3128' }, /^proxy: /],
  ])('%s', async (_what, changes, words) => {
    expect(await warned(changes)).toEqual([expect.stringMatching(words)])
  })

  it('say equal labels once', async () => {
    expect(
      await warned({ pools: pool('twin', 'serves: [{ source: github }]\nfleets: [local]\nlabels: [linux]') }),
    ).toHaveLength(1)
  })

  it('leave pools alone that share no scope', async () => {
    const apart = pool(
      'large',
      'serves: [{ source: github, scope: oss/widgets }]\nfleets: [local]\nlabels: [linux, large]',
    )
    expect(await warned({ pools: apart.replace('source: github }, ', 'source: github, scope: acme }, ') })).toEqual([])
  })
})
