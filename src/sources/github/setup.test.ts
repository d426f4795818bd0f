import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../../kit/system-clock.ts'
import { setUpGithub, type GithubSetupOptions } from './setup.ts'
import { buildManifest, newAppUrl, webUrl } from './setup/manifest.ts'

const wish = { name: 'slipway-acme', publicUrl: 'https://slipway.test/', source: 'github', redirectUrl: 'http://back' }
const app = { id: 42, name: 'slipway-acme', html_url: 'https://github.test/apps/slipway-acme', slug: 'slipway-acme' }
const secrets = { pem: '-----BEGIN RSA PRIVATE KEY-----\nabc\n', webhook_secret: 'hush' }

describe('the manifest', () => {
  it('asks for a private App with the least permissions', () => {
    expect(buildManifest({ ...wish, features: ['organizationScopes'] })).toEqual({
      name: 'slipway-acme',
      url: 'https://slipway.test',
      description: expect.any(String),
      public: false,
      hook_attributes: { url: 'https://slipway.test/hooks/github/github', active: true },
      redirect_url: 'http://back',
      default_permissions: { actions: 'read', metadata: 'read', organization_self_hosted_runners: 'write' },
      default_events: ['workflow_job'],
    })
  })

  it('asks for what each feature needs, and no more', () => {
    expect(buildManifest({ ...wish, features: ['repositoryScopes'] }).default_permissions).toEqual({
      actions: 'read',
      metadata: 'read',
      administration: 'write',
    })
  })

  it.each([
    ['https://api.github.com', 'https://github.com'],
    ['https://api.acme.ghe.com', 'https://acme.ghe.com'],
    ['https://ghe.acme.com/api/v3', 'https://ghe.acme.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('people meet the GitHub of %s at %s', (api, web) => {
    expect(webUrl(api)).toBe(web)
  })

  it('goes to the organization, or to who is signed in', () => {
    expect(newAppUrl('https://api.github.com', 'acme', 's t')).toBe(
      'https://github.com/organizations/acme/settings/apps/new?state=s%20t',
    )
    expect(newAppUrl('https://api.github.com', undefined, 's')).toBe('https://github.com/settings/apps/new?state=s')
  })
})

describe('the set-up', () => {
  let directory = ''
  let github: Server
  let baseUrl = ''
  let conversion: { status: number; body: unknown }
  const asked: string[] = []

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slipway-setup-'))
    conversion = { status: 201, body: { ...app, ...secrets } }
    asked.length = 0
    github = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.writeHead(conversion.status, { 'content-type': 'application/json' }).end(JSON.stringify(conversion.body))
    })
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve))
    baseUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`
  })

  afterEach(async () => {
    github.closeAllConnections()
    await new Promise((resolve) => github.close(resolve))
    await rm(directory, { recursive: true })
  })

  /** A person's browser: opens the page, and comes back from GitHub with a code. */
  function start(visit: (page: string, state: string) => Promise<unknown>, change: Partial<GithubSetupOptions> = {}) {
    return setUpGithub({
      organization: 'acme',
      source: 'github',
      publicUrl: 'https://slipway.test',
      baseUrl,
      directory,
      clock: systemClock,
      onPage: (page) => void browse(page, visit),
      ...change,
    })
  }

  async function browse(page: string, visit: (page: string, state: string) => Promise<unknown>): Promise<void> {
    const html = await (await fetch(page)).text()
    expect(html).toContain(`action="${baseUrl}/organizations/acme/settings/apps/new?state=`)
    expect(html).toContain('&quot;organization_self_hosted_runners&quot;:&quot;write&quot;')
    await visit(page, /state=([\w-]+)/.exec(html)?.[1] ?? '')
  }

  const comeBack = (page: string, state: string) => fetch(`${page}/created?code=code1234&state=${state}`)

  it('keeps key and secret for their owner alone, and gives the lines to paste', async () => {
    const setup = await start(comeBack)
    expect(asked).toEqual(['POST /app-manifests/code1234/conversions'])
    expect(setup).toMatchObject({ appId: 42, name: 'slipway-acme', installUrl: `${app.html_url}/installations/new` })
    const contents = await Promise.all(setup.files.map((file) => readFile(file, 'utf8')))
    expect(contents).toEqual([secrets.pem, secrets.webhook_secret])
    const modes = await Promise.all(setup.files.map(async (file) => (await stat(file)).mode & 0o777))
    expect(modes).toEqual([0o600, 0o600])
    expect(setup.yaml).not.toContain(secrets.webhook_secret)
    expect(parse(setup.yaml)).toEqual({
      sources: [
        {
          kind: 'github',
          name: 'github',
          appId: 42,
          privateKey: `file:${setup.files[0]}`,
          webhookSecret: `file:${setup.files[1]}`,
          baseUrl,
          scopes: [{ organization: 'acme' }],
        },
      ],
    })
  })

  it('takes no code from another site', async () => {
    const answers: number[] = []
    await start(async (page, state) => {
      const lure = await fetch(`${page}/created?code=evil5678&state=guess`)
      const rebound = await fetch(`${page}/x`)
      const odd = await fetch(`${page}/created?code=../../x&state=${state}`)
      answers.push(lure.status, rebound.status, odd.status)
      await comeBack(page, state)
    })
    expect(answers).toEqual([400, 404, 400])
    expect(asked).toEqual(['POST /app-manifests/code1234/conversions'])
  })

  it('refuses before anything is made if a file is in the way', async () => {
    await writeFile(join(directory, 'github.webhook-secret'), 'precious')
    await expect(start(comeBack)).rejects.toThrow('exists already')
    expect(asked).toEqual([])
    expect(await readFile(join(directory, 'github.webhook-secret'), 'utf8')).toBe('precious')
  })

  it.each([
    ['a code that is refused', 404, { message: 'Not Found' }, 'start again'],
    ['a GitHub in trouble', 502, {}, 'it answered 502'],
    ['an answer without a key', 201, app, 'not understood'],
  ])('leaves nothing behind after %s', async (_what, status, body, words) => {
    conversion = { status, body }
    await expect(start(comeBack)).rejects.toThrow(words)
    expect(await readdir(directory)).toEqual([])
  })

  it('leaves nothing behind when it is given up', async () => {
    const controller = new AbortController()
    let page = ''
    const given = start(
      async (opened) => {
        page = opened
        controller.abort()
      },
      { signal: controller.signal },
    )
    await expect(given).rejects.toThrow('given up')
    expect(await readdir(directory)).toEqual([])
    await expect(fetch(page)).rejects.toThrow('fetch failed')
  })

  it('says where the App is if its key can not be kept', async () => {
    const given = start(async (page, state) => {
      await writeFile(join(directory, 'github.webhook-secret'), 'somebody was faster')
      await comeBack(page, state)
    })
    await expect(given).rejects.toThrow(app.html_url)
    expect(await readdir(directory)).toEqual(['github.webhook-secret'])
    expect(await readFile(join(directory, 'github.webhook-secret'), 'utf8')).toBe('somebody was faster')
  })
})
