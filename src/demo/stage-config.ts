import { stringify } from 'yaml'
import type { GithubStandIn } from './github/index.ts'
import { labels, organization } from './acme.ts'

/** What a stage may want different. */
export interface StageConfig {
  readonly publicPort: number
  readonly adminPort: number
  readonly agents: number
  readonly standby: number
  readonly warmAgents: number
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

const size = { cpu: 64, memory: '16Gi', disk: '100Gi' }

/** A configuration like any user's, for one engine and one organization. */
export function stageConfig(facts: Facts, wanted: Partial<StageConfig> = {}): string {
  const { owner, engineUrl, image, command, github } = facts
  const { publicPort = 0, adminPort = 0, agents = 12, standby = 0, warmAgents = 0, logLevel = 'info' } = wanted
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
    // Said to be larger than it is: the jobs here sleep more than they work, and a laptop should run them all.
    fleets: [{ name: 'local', provider: 'static', hosts: [{ name: 'here', url: engineUrl, size }] }],
    pools: [
      {
        name: 'linux',
        serves: [{ source: 'github', scope: organization }],
        labels: [...labels],
        fleets: ['local'],
        image,
        command: [...command],
        resources: { cpu: 1, memory: '64Mi', disk: '16Mi' },
        limits: { agents },
        warm: { agents: warmAgents, standby },
        idleTimeout: '5s',
        // The stage's engine is the machine that it runs on; nobody has prepared its firewall.
        isolation: { acceptUnverified: true },
      },
    ],
  })
}
