import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AzureStandIn } from '../../src/demo/azure/index.ts'
import type { ElasticProvider, Operation } from '../../src/domain/ports/provider.ts'
import { createAzureFixture, type AzureFixture } from '../azure-validation/fixture.ts'
import { compileBicep } from './compile.ts'

const folder = new URL('../../config/azure/', import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

/** Actions of the one role that a template defines. */
function actionsOf(name: string): readonly string[] {
  const { resources } = compileBicep(textOf(`${name}.bicep`), textOf) as unknown as {
    resources: Record<string, { properties?: { permissions?: { actions: string[] }[] } }>
  }
  return Object.values(resources).flatMap(({ properties }) => properties?.permissions?.[0]?.actions ?? [])
}

const roles = {
  slipway: actionsOf('slipway'),
  machines: actionsOf('machines'),
  subscription: actionsOf('subscription'),
}

/** Fleets that together use all that a fleet can have; their image and identity are no part of the templates. */
function everyKind({ places }: AzureStandIn): object[] {
  return [
    { name: 'ephemeral', spot: { enabled: true }, publicIp: true },
    { name: 'kept', osDisk: { ephemeral: false }, warm: { stopped: 1 }, customScript: true },
    { name: 'windows', os: 'windows', osDisk: { ephemeral: false }, image: places.windowsImage },
  ]
}

describe('the roles of config/azure', () => {
  let fixture: AzureFixture
  let elastic: ElasticProvider

  beforeEach(async () => {
    fixture = await createAzureFixture({}, everyKind)
    const { standIn } = fixture
    const { places } = standIn
    standIn.allow([
      { scope: places.subnet, actions: roles.slipway },
      { scope: places.networkSecurityGroup, actions: roles.slipway },
      {
        scope: `/subscriptions/${standIn.subscriptionId}/resourceGroups/${places.resourceGroup}`,
        actions: roles.machines,
      },
      { scope: `/subscriptions/${standIn.subscriptionId}`, actions: roles.subscription },
    ])
    const made = fixture.provider().elastic
    if (!made) throw new Error('the provider is not elastic')
    elastic = made
  })
  afterEach(() => fixture[Symbol.asyncDispose]())

  async function finish(fleet: string, operation: Operation): Promise<void> {
    if (operation === undefined) return
    for (let turn = 0; turn < 100; turn += 1) {
      if ((await elastic.poll(fleet, operation)) === 'done') return
      await fixture.clock.advance(30_000)
    }
  }

  async function live(fleet: string): Promise<void> {
    const offer = (await elastic.offers(fleet)).find(({ refused }) => refused === undefined)
    if (!offer) throw new Error(`nothing is on offer for ${fleet}`)
    await finish(fleet, await elastic.create({ name: `m-${fleet}`, fleet, offer }))
    await fixture.provider().list(fleet)
    if (fleet === 'kept') {
      await finish(fleet, await elastic.rest?.stop(fleet, `m-${fleet}`))
      await finish(fleet, await elastic.rest?.start(fleet, `m-${fleet}`))
    }
    fixture.standIn.inject({ operation: 'VirtualMachines_Delete', forgets: true })
    await finish(fleet, await elastic.delete(fleet, `m-${fleet}`))
  }

  it('are enough for everything that the provider does', async () => {
    for (const fleet of ['ephemeral', 'kept', 'windows']) {
      await live(fleet)
      const findings = await elastic.examine(fleet)
      expect(findings.filter(({ level }) => level === 'error')).toEqual([])
    }
    expect(fixture.standIn.vms()).toEqual([])
    const refused = fixture.standIn.exchanges().filter(({ status }) => status === 403)
    expect(refused.map(({ operation, responseBody }) => [operation, responseBody])).toEqual([])
  })

  it('hold nothing that the provider does not use', async () => {
    for (const fleet of ['ephemeral', 'kept', 'windows']) {
      await live(fleet)
      await elastic.examine(fleet)
    }
    const used = new Set(
      fixture.standIn.exchanges().flatMap(({ actions }) => actions.map((each) => each.toLowerCase())),
    )
    const idle = Object.values(roles)
      .flat()
      .filter((action) => !used.has(action.toLowerCase()) && !reserves.has(action))
    expect(idle).toEqual([])
  })

  it('list each action once, in order, and no whole families', () => {
    for (const actions of Object.values(roles)) {
      expect(actions).toEqual([...new Set(actions)].sort())
      expect(actions.filter((action) => action.includes('*'))).toEqual([])
    }
  })
})

/** Only used where the subscription's machines can't be read at once. */
const reserves = new Set(['Microsoft.Compute/virtualMachines/instanceView/read'])
