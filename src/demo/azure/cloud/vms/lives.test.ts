import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from '../../../../../test/azure-validation/client.ts'
import {
  anOrder,
  computeVersion,
  groupPath,
  networkVersion,
  put,
  vmPath,
} from '../../../../../test/azure-validation/orders.ts'
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/clock.ts'
import { allocationFailed } from '../../arm/known-faults.ts'
import { createAzureStandIn, type AzureStandIn, type Boot } from '../../index.ts'
import type { ScheduledEvents } from './backing.ts'
import type { VmProperties } from './body.ts'

describe('lives of machines', () => {
  let clock: FakeClock
  let standIn: AzureStandIn
  let heard: string[]
  let events: ScheduledEvents[]

  beforeEach(async () => {
    clock = createFakeClock()
    heard = []
    events = []
    standIn = await createAzureStandIn({ clock, onVm: async (boot) => backing(boot) })
  })
  afterEach(() => standIn.close())

  function backing({ vm, customData, again }: Boot) {
    heard.push(`${again ? 'boots again' : `boots with ${customData}`}: ${vm.name}`)
    return {
      address: '172.17.0.9',
      stop: async () => void heard.push(`stops: ${vm.name}`),
      remove: async () => void heard.push(`goes: ${vm.name}`),
      scheduledEvents: (document: ScheduledEvents) => void events.push(document),
    }
  }

  async function work(name: string, verb: '' | '/start' | '/deallocate' | '/deallocate?hibernate=true&') {
    const [path, query = ''] = verb.split('?')
    const url = `${vmPath(standIn, name)}${path}?${query}${computeVersion}`
    return ask(standIn, url, { method: verb === '' ? 'DELETE' : 'POST' })
  }

  async function codesOf(name: string): Promise<string[]> {
    const { body } = await ask(standIn, `${vmPath(standIn, name)}/instanceView?${computeVersion}`)
    return (body as { statuses: { code: string }[] }).statuses.map(({ code }) => code)
  }

  async function running(name: string, patch: VmProperties = {}): Promise<void> {
    const { status } = await put(standIn, name, anOrder(standIn, patch))
    expect(status).toBe(201)
    await clock.advance(20_000)
  }

  const spot: VmProperties = { priority: 'Spot', evictionPolicy: 'Delete', billingProfile: { maxPrice: -1 } }

  it('work is followed by its link, or by the place of its result', async () => {
    const { headers, body } = await put(standIn, 'm1', anOrder(standIn))
    expect(headers).toMatchObject({ 'retry-after': '10', 'azure-asyncoperation': expect.stringMatching(/^https:/) })
    expect(body).toMatchObject({ name: 'm1', properties: { provisioningState: 'Creating' } })
    const link = headers['azure-asyncoperation'] ?? ''
    expect((await ask(standIn, link)).body).toMatchObject({ status: 'InProgress' })
    await clock.advance(20_000)
    expect((await ask(standIn, link)).body).toMatchObject({ status: 'Succeeded', endTime: expect.any(String) })

    const { location = '' } = (await work('m1', '')).headers
    expect((await ask(standIn, location)).status).toBe(202)
    await clock.advance(10_000)
    expect((await ask(standIn, location)).status).toBe(200)
    expect((await work('m1', '')).status).toBe(204)
  })

  it('what stands behind a machine boots, stops and goes with it, and gives its address', async () => {
    await running('m1')
    const { body } = await ask(
      standIn,
      `${groupPath(standIn)}/providers/Microsoft.Network/networkInterfaces?${networkVersion}`,
    )
    expect(JSON.stringify(body)).toContain('"privateIPAddress":"172.17.0.9"')
    await work('m1', '/deallocate')
    expect(await codesOf('m1')).toEqual(['ProvisioningState/updating', 'PowerState/deallocating'])
    await clock.advance(10_000)
    expect(await codesOf('m1')).toEqual(['ProvisioningState/succeeded', 'PowerState/deallocated'])
    await work('m1', '/start')
    await clock.advance(15_000)
    await work('m1', '')
    await clock.advance(10_000)
    expect(heard).toEqual(['boots with #cloud-config: m1', 'stops: m1', 'boots again: m1', 'goes: m1'])
  })

  it('hibernates only what was made for it', async () => {
    await running('m1')
    expect((await work('m1', '/deallocate?hibernate=true&')).status).toBe(409)
    await running('m2', { additionalCapabilities: { hibernationEnabled: true } })
    await work('m2', '/deallocate?hibernate=true&')
    await clock.advance(10_000)
    expect(await codesOf('m2')).toContain('HibernationState/Hibernated')
  })

  it('a machine without room stays behind as failed, with its parts, until it is deleted', async () => {
    standIn.inject(allocationFailed())
    const { headers } = await put(standIn, 'm1', anOrder(standIn))
    await clock.advance(20_000)
    expect((await ask(standIn, headers['azure-asyncoperation'] ?? '')).body).toMatchObject({
      status: 'Failed',
      error: { code: 'AllocationFailed' },
    })
    expect(await codesOf('m1')).toEqual(['ProvisioningState/failed/AllocationFailed'])
    expect([standIn.parts().length, standIn.leaks('acme').length]).toEqual([2, 0])
    await work('m1', '')
    await clock.advance(10_000)
    expect([standIn.vms(), standIn.parts()]).toEqual([[], []])
  })

  it('what was not told to go along is a leak, until it is deleted by itself', async () => {
    const order = anOrder(standIn)
    const storageProfile = { ...order.properties?.storageProfile, osDisk: { createOption: 'FromImage', name: 'disk' } }
    await running('m1', { storageProfile })
    const disk = `${groupPath(standIn)}/providers/Microsoft.Compute/disks/disk?${computeVersion}`
    expect((await ask(standIn, disk, { method: 'DELETE' })).status).toBe(409)
    standIn.vanish('m1')
    expect(standIn.leaks('acme')).toMatchObject([{ name: 'disk' }])
    expect(standIn.leaks('somebody')).toEqual([])
    expect((await ask(standIn, disk, { method: 'DELETE' })).status).toBe(200)
    expect(standIn.leaks('acme')).toEqual([])
  })

  it('takes a Spot machine back: notice first, then all of it', async () => {
    await running('m1', spot)
    standIn.evict('m1')
    expect(events).toMatchObject([
      { DocumentIncarnation: 2, Events: [{ EventType: 'Preempt', Resources: ['m1'], EventStatus: 'Scheduled' }] },
    ])
    expect(Date.parse(events[0]?.Events[0]?.NotBefore ?? '')).toBe(clock.wall() + 30_000)
    await clock.advance(29_000)
    expect(standIn.vms()).toHaveLength(1)
    await clock.advance(1000)
    expect([standIn.vms(), standIn.parts()]).toEqual([[], []])
  })

  it('hanging work ends only with the machine', async () => {
    standIn.inject({ operation: 'VirtualMachines_CreateOrUpdate', hangs: true })
    const { headers } = await put(standIn, 'm1', anOrder(standIn))
    await clock.advance(86_400_000)
    expect(standIn.vms()).toMatchObject([{ provisioning: 'Creating' }])
    await work('m1', '')
    await clock.advance(10_000)
    expect((await ask(standIn, headers['azure-asyncoperation'] ?? '')).body).toMatchObject({ status: 'Canceled' })
    expect(standIn.vms()).toEqual([])
  })

  it('slow work takes as long as it was told', async () => {
    await running('m1')
    standIn.inject({ operation: 'VirtualMachines_Delete', takesMs: 600_000 })
    await work('m1', '')
    await clock.advance(599_000)
    expect(standIn.vms()).toMatchObject([{ provisioning: 'Deleting' }])
    await clock.advance(1000)
    expect(standIn.vms()).toEqual([])
  })
})
