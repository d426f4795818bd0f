import { z } from 'zod'
import { withDeadline } from '../../kit/deadline.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import { Refused, Transient } from '../../domain/errors.ts'
import { understand } from './api/fields.ts'
import type { FeatureName } from './permissions.ts'
import { startBrowserFlow } from './setup/browser-flow.ts'
import { planKeyFiles, writeKeyFiles, type KeyFiles } from './setup/key-files.ts'
import { buildManifest } from './setup/manifest.ts'

export interface GithubSetupOptions {
  /** The organization that will own the App; without one, the person who is signed in. */
  readonly organization?: string
  /** Name of the source in the configuration: part of the webhook's path and of the files' names. */
  readonly source: string
  /** Where GitHub reaches the public listener. */
  readonly publicUrl: string
  /** GitHub's API. */
  readonly baseUrl?: string
  /** The App's name; made from the organization's when left out. */
  readonly appName?: string
  /** What the App will be used for; by default what fits `organization`. */
  readonly features?: readonly FeatureName[]
  /** Where the private key and the webhook secret go; as written here it stands in `yaml`. */
  readonly directory: string
  /** Of the local page; any free one by default. */
  readonly port?: number
  readonly clock: Clock
  readonly fetch?: typeof fetch
  /** Told the local page's address, for a person to open. */
  readonly onPage: (url: string) => void
  /** Gives up: nothing is left behind. */
  readonly signal?: AbortSignal
}

export interface GithubSetup {
  readonly appId: number
  readonly name: string
  /** Where the App is installed on accounts: the next thing to do. */
  readonly installUrl: string
  readonly files: readonly string[]
  /** To be pasted into the configuration; holds no secret. */
  readonly yaml: string
}

export const DEFAULT_BASE_URL = 'https://api.github.com'
/** GitHub's codes are good for an hour. */
const PERSON_MS = 3_600_000
const CONVERSION_MS = 30_000

const appSchema = z.object({
  id: z.number(),
  name: z.string(),
  html_url: z.string(),
  pem: z.string().min(1),
  webhook_secret: z.string().min(1),
})

/**
 * Makes a GitHub App with a person's consent, by way of their browser, and stores its secrets. Rejects with Refused
 * when files are in the way or GitHub does not accept the code, with Transient when it can't be reached, and with
 * DeadlineExceeded when nobody came back within an hour; files are written at the very end or not at all.
 */
export async function setUpGithub(options: GithubSetupOptions): Promise<GithubSetup> {
  const { organization, source, publicUrl, clock } = options
  const baseUrl = (options.baseUrl ?? DEFAULT_BASE_URL).replace(/\/+$/, '')
  const features = options.features ?? [organization === undefined ? 'repositoryScopes' : 'organizationScopes']
  const name = options.appName ?? ['slipway', organization].filter(Boolean).join('-')
  const files = await planKeyFiles(options.directory, source)

  const flow = await startBrowserFlow({
    baseUrl,
    organization,
    port: options.port ?? 0,
    manifest: (redirectUrl) => buildManifest({ name, publicUrl, source, features, redirectUrl }),
  })
  const giveUp = (): void => void flow.close()
  options.signal?.addEventListener('abort', giveUp, { once: true })
  try {
    options.signal?.throwIfAborted()
    options.onPage(flow.url)
    const code = await withDeadline(clock, PERSON_MS, 'the browser', () => flow.code)
    const app = await convert(baseUrl, code, options)
    await writeKeyFiles(files, { privateKey: app.pem, webhookSecret: app.webhook_secret }).catch((error: unknown) => {
      throw new Refused(`the App ${app.html_url} was made, but its key could not be stored; delete it there`, {
        cause: error,
      })
    })
    return {
      appId: app.id,
      name: app.name,
      installUrl: `${app.html_url}/installations/new`,
      files: [files.privateKey, files.webhookSecret],
      yaml: toYaml(app.id, baseUrl, files, options),
    }
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
    await flow.close()
  }
}

async function convert(baseUrl: string, code: string, options: GithubSetupOptions) {
  const what = 'make the App'
  const send = options.fetch ?? fetch
  const url = `${baseUrl}/app-manifests/${code}/conversions`
  const headers = { accept: 'application/vnd.github+json', 'user-agent': 'slipway' }
  return withDeadline(options.clock, CONVERSION_MS, what, async (signal) => {
    const response = await send(url, { method: 'POST', headers, signal }).catch((error: unknown) => {
      throw new Transient(`GitHub: can't ${what}: ${String(error)}`, { cause: error })
    })
    if (response.status >= 500) throw new Transient(`GitHub: can't ${what}: it answered ${response.status}`)
    if (!response.ok) throw new Refused(`GitHub: can't ${what}: the code was refused (${response.status}); start again`)
    return understand(appSchema, await response.json(), what)
  })
}

function toYaml(appId: number, baseUrl: string, files: KeyFiles, options: GithubSetupOptions): string {
  const { organization, source } = options
  return [
    'sources:',
    '  - kind: github',
    `    name: ${source}`,
    `    appId: ${appId}`,
    `    privateKey: file:${files.privateKey}`,
    `    webhookSecret: file:${files.webhookSecret}`,
    ...(baseUrl === DEFAULT_BASE_URL ? [] : [`    baseUrl: ${baseUrl}`]),
    '    scopes:',
    organization === undefined ? '      - repository: OWNER/NAME' : `      - organization: ${organization}`,
    '',
  ].join('\n')
}
