import { stringify } from 'yaml'
import type { GithubStandIn } from './github/index.ts'
import { browserLabels, checkLabels, deployLabels, labels, organization } from './acme.ts'

/** What a stage may want different. */
export interface StageConfig {
  readonly publicPort: number
  readonly adminPort: number
  readonly agents: number
  readonly standby: number
  readonly warmAgents: number
  /** Most machines that come and go, each a container with an engine of its own; 0: agents run on the engine itself. */
  readonly machines: number
  /** Several pools and fleets, as a team would have them. */
  readonly rich: boolean
  /** Info at least, so that who waits for it reads that the service is ready. */
  readonly logLevel: 'debug' | 'info'
}

interface Facts {
  readonly owner: string
  readonly engineUrl: string
  readonly image: string
  readonly command: readonly string[]
  readonly github: GithubStandIn
}

// Said to be larger than it is: the jobs here sleep more than they work, and a laptop should run them all.
const size = { cpu: 64, memory: '16Gi', disk: '100Gi' }

/** Four agents each, so that a burst needs several. */
const machineSize = { name: 'small', cpu: 4, memory: '640Mi', disk: '4Gi', price: '0.10 USD/hour' }

/** A configuration like any user's, for one engine and one organization. */
export function stageConfig(facts: Facts, wanted: Partial<StageConfig> = {}): string {
  const { owner, engineUrl, image, command, github } = facts
  const { publicPort = 0, adminPort = 0, agents = 12, standby = 0, warmAgents = 0, logLevel = 'info' } = wanted
  const { machines = 0, rich = false } = wanted
  return stringify({
    owner,
    store: { path: './slipway.db' },
    server: { public: { listen: `127.0.0.1:${publicPort}` }, admin: { listen: `127.0.0.1:${adminPort}` } },
    log: { level: logLevel },
    sources: [
      {
        kind: 'github',
        name: 'github',
        appId: github.app.id,
        privateKey: 'file:app.pem',
        webhookSecret: 'file:webhook-secret',
        baseUrl: github.url,
        scopes: [{ organization }],
      },
    ],
    ...(machines > 0 && { authority: { key: 'file:authority-key' } }),
    fleets: [
      machines > 0 ? machineFleet(facts, machines) : hostFleet(engineUrl),
      ...(rich && machines > 0 ? richFleets(engineUrl, github) : []),
    ],
    pools: [
      {
        name: 'linux',
        serves: [{ source: 'github', scope: organization }],
        labels: rich ? [...checkLabels] : [...labels],
        fleets: [machines > 0 ? 'machines' : 'local'],
        image,
        command: [...command],
        resources: { cpu: 1, memory: '64Mi', disk: '16Mi' },
        limits: { agents },
        warm: { agents: warmAgents, standby },
        idleTimeout: '5s',
        // The stage's engine is the machine that it runs on; nobody has prepared its firewall. Machines have their own.
        isolation: { acceptUnverified: machines === 0 },
      },
      ...(rich && machines > 0 ? richPools(facts) : []),
    ],
  })
}

/** What only the demo that is looked at has. */
function richFleets(engineUrl: string, github: GithubStandIn): object[] {
  return [
    {
      name: 'large',
      provider: 'docker',
      engine: engineUrl,
      sizes: [{ name: 'large', cpu: 8, memory: '1Gi', disk: '8Gi', price: '0.19 USD/hour' }],
      reserve: { cpu: 0, memory: '256Mi', disk: '1Gi' },
      limits: { machines: 2, moneyPerDay: '5 USD/day' },
      bootTimeout: '1m',
      idleTimeout: '15s',
      bootstrap: { allowPrivate: [new URL(github.url).host] },
    },
    {
      name: 'office',
      provider: 'static',
      hosts: [{ name: 'rack-1', url: engineUrl, size: { cpu: 6, memory: '4Gi', disk: '20Gi' } }],
    },
  ]
}

function richPools({ image, command }: Facts): object[] {
  const pool = {
    serves: [{ source: 'github', scope: organization }],
    image,
    command: [...command],
    idleTimeout: '20s',
  }
  return [
    {
      ...pool,
      name: 'e2e',
      labels: [...browserLabels],
      fleets: ['large'],
      resources: { cpu: 2, memory: '96Mi', disk: '64Mi' },
      limits: { agents: 6 },
    },
    {
      ...pool,
      name: 'deploy',
      labels: [...deployLabels],
      fleets: ['office'],
      resources: { cpu: 1, memory: '64Mi', disk: '16Mi' },
      limits: { agents: 3, perRepository: 1 },
      warm: { agents: 1 },
      isolation: { acceptUnverified: true },
    },
  ]
}

function hostFleet(engineUrl: string): object {
  return { name: 'local', provider: 'static', hosts: [{ name: 'here', url: engineUrl, size }] }
}

function machineFleet({ engineUrl, github }: Facts, machines: number): object {
  return {
    name: 'machines',
    provider: 'docker',
    engine: engineUrl,
    sizes: [machineSize],
    reserve: { cpu: 0, memory: '256Mi', disk: '1Gi' },
    limits: { machines },
    bootTimeout: '1m',
    idleTimeout: '3s',
    // Agents reach GitHub's stand-in, and no other private address.
    bootstrap: { allowPrivate: [new URL(github.url).host] },
  }
}
