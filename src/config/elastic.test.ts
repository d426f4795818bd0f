import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { createFolder } from '../../test/fakes/folder.ts'
import { loadConfig } from './load.ts'
import { problemText } from './reading/problem.ts'
import { secretsOf } from './secrets.ts'

const KEY = 'sealed-with-more-than-32-characters'
const size = { name: 'small', cpu: 4, memory: '8Gi', disk: '40Gi', price: '0.10 USD/hour' }
const containers = { name: 'containers', provider: 'docker', sizes: [size] }
const azure = {
  name: 'cloud',
  provider: 'azure',
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  resourceGroup: 'machines',
  location: 'westeurope',
  sizes: ['Standard_D4s_v5'],
  image: { publisher: 'canonical', offer: 'ubuntu', sku: 'server' },
  subnetId: '/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/ci/subnets/machines',
}

interface Around {
  readonly pool?: object
  readonly authority?: object | false
}

function fileOf(fleet: { readonly name: string }, { pool = {}, authority = { key: KEY } }: Around = {}) {
  return {
    owner: 'acme',
    ...(authority && { authority }),
    sources: [{ kind: 'http', name: 'push' }],
    fleets: [fleet],
    pools: [{ name: 'linux', serves: [{ source: 'push' }], fleets: [fleet.name], image: 'agent:1', ...pool }],
  }
}

async function load(file: object) {
  using folder = createFolder()
  return await loadConfig(folder.write('slipway.yaml', stringify(file)), {})
}

async function fleetIn(file: object) {
  const loaded = await load(file)
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problemText(problem)).join('\n'))
  const [first] = loaded.config.fleets
  if (!first?.fleet.elastic) throw new Error('the fleet is not elastic')
  return { ...first.fleet, elastic: first.fleet.elastic }
}

describe('a fleet whose machines come and go', () => {
  it('has careful limits unless others are given', async () => {
    expect(await fleetIn(fileOf(containers))).toMatchObject({
      limits: { agentsPerMachine: 100, machines: 10, machinesPerHour: Infinity },
      burst: { cpu: 1 },
      spread: 'none',
      elastic: {
        choose: 'ordered',
        idleTimeoutMs: 60_000,
        bootTimeoutMs: 300_000,
        maxAgents: Infinity,
        driftBudget: 1,
      },
    })
    expect((await fleetIn(fileOf(azure))).elastic.idleTimeoutMs).toBe(300_000)
  })

  it('has exact amounts of money', async () => {
    const fleet = await fleetIn(fileOf({ ...containers, limits: { moneyPerDay: '12.5 USD/day' } } as typeof containers))
    expect(fleet.limits.moneyPerDay).toEqual({ nanos: 12_500_000_000n, currency: 'USD' })
  })

  it('keeps the key of its authority out of the log', async () => {
    const loaded = await load(fileOf(containers))
    expect(loaded.ok && secretsOf(loaded.config)).toContain(KEY)
  })

  const same = [
    ['limits', { limits: { machines: 3 } }],
    ['times', { idleTimeout: '10s', maxAge: '1h' }],
    ['warm machines', { warm: { machines: 1 } }],
    ['sizes', { sizes: [size, { ...size, name: 'large', cpu: 8 }] }],
  ] as const
  it.each(same)('replaces no machine for other %s', async (_what, change) => {
    const [before, after] = [await fleetIn(fileOf(containers)), await fleetIn(fileOf({ ...containers, ...change }))]
    expect(after.elastic.template).toBe(before.elastic.template)
  })

  const other = [
    ['image', containers, { image: 'docker:28-dind' }],
    ['script', containers, { bootstrap: { after: 'true' } }],
    ['range that agents may reach', containers, { bootstrap: { allowPrivate: ['10.0.0.0/8'] } }],
    ['image on Azure', azure, { image: { publisher: 'canonical', offer: 'ubuntu', sku: 'minimal' } }],
    ['disk on Azure', azure, { osDisk: { size: '256Gi' } }],
  ] as const
  it.each(other)('replaces machines for another %s', async (_what, fleet, change) => {
    const [before, after] = [await fleetIn(fileOf(fleet)), await fleetIn(fileOf({ ...fleet, ...change }))]
    expect(after.elastic.template).not.toBe(before.elastic.template)
  })
})

describe('problems', () => {
  const cases: [string, object, RegExp][] = [
    ['no authority', fileOf(containers, { authority: false }), /authority.*seal their authority.*openssl/s],
    ['a short key', fileOf(containers, { authority: { key: 'short' } }), /authority\.key: .*32 characters/],
    [
      'a size twice',
      fileOf({ ...containers, sizes: [size, size] } as never),
      /sizes\[1\]\.name.*`small` is there twice/,
    ],
    [
      'a limit without a price',
      fileOf({ ...containers, limits: { moneyPerDay: '1 USD/day' }, sizes: [{ ...size, price: undefined }] } as never),
      /sizes\[0\]\.price.*no price/,
    ],
    [
      'two currencies',
      fileOf({ ...containers, limits: { moneyPerDay: '1 EUR/day' } } as never),
      /sizes\[0\]\.price.*in USD.*in EUR/,
    ],
    ['a price for a day', fileOf({ ...containers, sizes: [{ ...size, price: '1 USD/day' }] } as never), /one hour/],
    [
      'more warm than machines',
      fileOf({ ...containers, warm: { machines: 2, stopped: 2 }, limits: { machines: 3 } } as never),
      /warm.*holds 4 machines.*is 3/,
    ],
    ['a pool too large', fileOf(containers, { pool: { resources: { cpu: 5 } } }), /fits on no machine of its fleets/],
    [
      'a size below the reserve',
      fileOf({ ...containers, sizes: [{ ...size, memory: '256Mi' }] } as never),
      /sizes\[0\].*`small`.*smaller than what the fleet reserves/,
    ],
    ['Windows in containers', fileOf({ ...containers, os: 'windows' } as never), /os/],
    [
      'stopped machines with a disk of their host',
      fileOf({ ...azure, warm: { stopped: 1 }, osDisk: { ephemeral: true } } as never),
      /warm\.stopped.*ephemeral/,
    ],
    [
      'stopped Spot machines',
      fileOf({ ...azure, warm: { stopped: 1 }, spot: { enabled: true } } as never),
      /warm\.stopped.*Spot/,
    ],
    [
      'Linux isolation on Windows',
      fileOf({ ...azure, os: 'windows' } as never, { pool: { os: 'windows', isolation: { sudo: true } } }),
      /isolation\.sudo.*is for Linux/,
    ],
    ['a pool of another system', fileOf({ ...azure, os: 'windows' } as never), /windows/],
  ]
  it.each(cases)('%s', async (_what, file, words) => {
    const loaded = await load(file)
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problemText(problem))).toContainEqual(
      expect.stringMatching(words),
    )
  })

  it('warns of a size that no agent fits on', async () => {
    const loaded = await load(fileOf({ ...containers, sizes: [size, { ...size, name: 'tiny', cpu: 1 }] } as never))
    expect(loaded.warnings.map((problem) => problemText(problem))).toEqual([
      expect.stringMatching(/sizes\[1\].*`tiny`/),
    ])
  })
})
