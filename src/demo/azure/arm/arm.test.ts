import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, type ClientRequest } from '../../../../test/azure-validation/client.ts'
import {
  anOrder,
  computeVersion,
  groupPath,
  networkVersion,
  put,
  vmPath,
} from '../../../../test/azure-validation/orders.ts'
import { createFakeClock, type FakeClock } from '../../../../test/fakes/clock.ts'
import { createAzureStandIn, type AzureStandIn } from '../index.ts'

describe('what Resource Manager asks of every request', () => {
  let clock: FakeClock
  let standIn: AzureStandIn

  beforeEach(async () => {
    clock = createFakeClock()
    standIn = await createAzureStandIn({ clock, pageSize: 2, writes: { burst: 3, perSecond: 1 } })
  })
  afterEach(() => standIn.close())

  async function codeOf(path: string, wanted: ClientRequest = {}): Promise<string> {
    const { status, body } = await ask(standIn, path, wanted)
    return `${status} ${(body as { error?: { code?: string } } | undefined)?.error?.code}`
  }

  it('a token, which runs out', async () => {
    const path = `${groupPath(standIn)}?api-version=2021-04-01`
    const token = standIn.token()
    expect(await codeOf(path, { token: 'none' })).toBe('401 AuthenticationFailed')
    expect(await codeOf(path, { token: 'guess' })).toBe('401 InvalidAuthenticationToken')
    expect((await ask(standIn, path, { token })).status).toBe(200)
    await clock.advance(3_600_000)
    expect(await codeOf(path, { token })).toBe('401 ExpiredAuthenticationToken')
    const { headers } = await ask(standIn, path, { token: 'none' })
    expect(headers['www-authenticate']).toMatch(/^Bearer authorization_uri=/)
  })

  it('a version of the API that there is', async () => {
    expect(await codeOf(vmPath(standIn, 'm'))).toBe('400 MissingApiVersionParameter')
    expect(await codeOf(`${vmPath(standIn, 'm')}?api-version=newest`)).toBe('400 InvalidApiVersionParameter')
    expect(await codeOf(`${vmPath(standIn, 'm')}?api-version=2016-01-01`)).toBe('400 InvalidApiVersionParameter')
    expect(await codeOf(`${vmPath(standIn, 'm')}?${computeVersion}`)).toBe('404 ResourceNotFound')
  })

  it('a path that it knows, in any case', async () => {
    const shouted = groupPath(standIn).replace('resourceGroups', 'RESOURCEGROUPS')
    expect((await ask(standIn, `${shouted}?api-version=2021-04-01`)).status).toBe(200)
    expect(await codeOf('/nothing?api-version=2021-04-01')).toBe('404 InvalidResourceType')
    expect(await codeOf(`${vmPath(standIn, 'm')}?${computeVersion}`, { method: 'PUT', body: '{' })).toBe(
      '400 InvalidRequestContent',
    )
  })

  it('the rights that a role gives, on the resource and on what it is made of', async () => {
    standIn.allow(['Microsoft.Compute/*/read'])
    const path = `${vmPath(standIn, 'm1')}?${computeVersion}`
    expect(await codeOf(path, { method: 'DELETE' })).toBe('403 AuthorizationFailed')
    standIn.allow(['Microsoft.Compute/*'])
    const { status, body } = await put(standIn, 'm1', anOrder(standIn))
    expect(status).toBe(403)
    expect(body).toMatchObject({
      error: { code: 'LinkedAuthorizationFailed', message: expect.stringContaining('networkInterfaces/write') },
    })
    const permissions = `${groupPath(standIn)}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`
    standIn.allow(['Microsoft.Authorization/*/read'])
    expect((await ask(standIn, permissions)).body).toMatchObject({
      value: [{ actions: ['Microsoft.Authorization/*/read'], notActions: [] }],
    })
  })

  it('patience: writes are counted, and come back with time', async () => {
    const path = `${vmPath(standIn, 'm1')}/start?${computeVersion}`
    for (const left of ['2', '1', '0']) {
      const { headers } = await ask(standIn, path, { method: 'POST' })
      expect(headers['x-ms-ratelimit-remaining-subscription-writes'] ?? left).toBe(left)
    }
    const { status, headers } = await ask(standIn, path, { method: 'POST' })
    expect([status, headers['retry-after']]).toEqual([429, '1'])
    await clock.advance(1000)
    expect(await codeOf(path, { method: 'POST' })).toBe('404 ResourceNotFound')
  })

  it('that lists are read page by page', async () => {
    const usages = `/subscriptions/${standIn.subscriptionId}/providers/Microsoft.Compute/locations/westeurope/usages`
    const names: string[] = []
    for (let next: string | undefined = `${usages}?${computeVersion}`; next;) {
      const { body } = await ask(standIn, next)
      const page = body as { value: { name: { value: string } }[]; nextLink?: string }
      expect(page.value.length).toBeLessThanOrEqual(2)
      names.push(...page.value.map(({ name }) => name.value))
      next = page.nextLink
    }
    expect(names).toEqual(
      expect.arrayContaining(['cores', 'lowPriorityCores', 'virtualMachines', 'standardDDSv5Family']),
    )
    expect(new Set(names).size).toBe(names.length)
  })

  it('nothing of who only wants prices, or a token', async () => {
    const { status, body } = await ask(standIn, '/api/retail/prices', { token: 'none' })
    expect([status, body]).toMatchObject([200, { BillingCurrency: 'USD', NextPageLink: expect.any(String) }])
    const { clientId, clientSecret } = standIn.application
    const form = (secret: string): ClientRequest => ({
      method: 'POST',
      token: 'none',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=client_credentials&client_id=${clientId}&client_secret=${secret}`,
    })
    expect((await ask(standIn, '/t/oauth2/v2.0/token', form('wrong'))).status).toBe(401)
    const granted = await ask(standIn, '/t/oauth2/v2.0/token', form(clientSecret))
    const { access_token: token } = granted.body as { access_token: string }
    const machine = await ask(standIn, '/metadata/identity/oauth2/token', {
      token: 'none',
      headers: { metadata: 'true' },
    })
    expect(machine.body).toMatchObject({ token_type: 'Bearer', expires_in: '3600' })
    expect((await ask(standIn, `${groupPath(standIn)}?api-version=2021-04-01`, { token })).status).toBe(200)
  })

  it('no more than it has: network, images, identity are read, and nothing else is there', async () => {
    const { subnet, networkSecurityGroup, galleryImage, managedImage, identity } = standIn.places
    for (const id of [subnet, networkSecurityGroup]) {
      expect((await ask(standIn, `${id}?${networkVersion}`)).body).toMatchObject({ id })
      expect(await codeOf(`${id}x?${networkVersion}`)).toBe('404 ResourceNotFound')
    }
    for (const id of [galleryImage, managedImage, identity]) {
      expect((await ask(standIn, `${id}?${computeVersion}`)).body).toMatchObject({ id })
    }
  })
})
