import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAzureFixture, type AzureFixture } from '../../../test/azure-validation/fixture.ts'
import type { FakeClock } from '../../../test/fakes/clock.ts'
import type { AzureStandIn, AzureStandInOptions } from '../../demo/azure/index.ts'
import { Refused, Transient } from '../../domain/errors.ts'
import type { ElasticProvider, MachineOrder, MachineProvider, Operation } from '../../domain/ports/provider.ts'

const GIB = 2 ** 30

describe('azure provider', () => {
  let fixture: AzureFixture
  let settings: object
  let standIn: AzureStandIn
  let clock: FakeClock
  let provider: MachineProvider
  let elastic: ElasticProvider

  beforeEach(() => open())
  // It throws if anything that was said differs from what Azure publishes.
  afterEach(() => fixture[Symbol.asyncDispose]())

  async function open(fleet: object = {}, options: AzureStandInOptions = {}): Promise<void> {
    await fixture?.[Symbol.asyncDispose]()
    fixture = await createAzureFixture({ pageSize: 2, ...options }, () => [settings])
    standIn = fixture.standIn
    clock = fixture.clock
    connect(fleet)
  }

  /** A new process, as far as the provider goes. */
  function connect(fleet: object = {}, owner?: string): void {
    settings = { name: 'spot', ...fleet }
    provider = fixture.provider(owner)
    if (!provider.elastic) throw new Error('machines on Azure come and go')
    elastic = provider.elastic
  }

  async function order(name = 'm1', key = 'Standard_D4ds_v5'): Promise<MachineOrder> {
    const offer = (await elastic.offers('spot')).find((each) => each.key === key)
    if (!offer) throw new Error(`there is no offer ${key}`)
    return { name, fleet: 'spot', offer }
  }

  async function make(name = 'm1', key?: string): Promise<Operation> {
    return elastic.create(await order(name, key))
  }

  async function made(name = 'm1'): Promise<void> {
    await make(name)
    await clock.advance(20_000)
  }

  const poll = (operation: Operation) => elastic.poll('spot', operation ?? '')

  it('makes a machine, tells how that stands, and lists it with the way to its engine', async () => {
    const operation = await make()
    expect((await provider.list('spot')).machines).toMatchObject([{ name: 'm1', state: 'creating' }])
    expect(await poll(operation)).toBe('pending')
    await clock.advance(20_000)
    const polled = standIn.exchanges().length
    expect(await poll(operation)).toBe('done')
    expect(standIn.exchanges().length - polled).toBe(1)

    const began = clock.wall()
    expect(await provider.list('spot')).toEqual({
      began,
      unreachable: [],
      machines: [
        {
          name: 'm1',
          fleet: 'spot',
          state: 'running',
          size: { milliCpu: 4000, memory: 16 * GIB, disk: 64 * GIB },
          endpoint: {
            kind: 'tcp',
            host: expect.stringMatching(/^10\.20\./),
            port: 2376,
            serverName: 'm1',
            tls: expect.any(Object),
          },
        },
      ],
    })
  })

  it('asks Azure for all of a machine in one body', async () => {
    await open({
      spot: { enabled: true, maxPrice: '0.10 USD/hour' },
      zones: ['2'],
      identity: standIn.places.identity,
      tags: { costCentre: 'ci' },
      sshPublicKey: undefined,
    })
    await make('m1', 'Standard_D4ds_v5/2/spot')
    const put = standIn.exchanges().find(({ method }) => method === 'PUT')
    const tags = {
      costCentre: 'ci',
      'slipway-owner': 'acme',
      'slipway-fleet': 'spot',
      'slipway-machine': 'm1',
      'slipway-size': `4000/${16 * GIB}/${64 * GIB}`,
    }
    expect(put?.requestBody).toMatchObject({
      location: 'westeurope',
      tags,
      zones: ['2'],
      identity: { type: 'UserAssigned', userAssignedIdentities: { [standIn.places.identity]: {} } },
      properties: {
        hardwareProfile: { vmSize: 'Standard_D4ds_v5' },
        priority: 'Spot',
        evictionPolicy: 'Delete',
        billingProfile: { maxPrice: 0.1 },
        securityProfile: {
          securityType: 'TrustedLaunch',
          uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
        },
        storageProfile: {
          imageReference: standIn.places.marketplaceImage,
          osDisk: {
            name: 'm1-os',
            createOption: 'FromImage',
            deleteOption: 'Delete',
            caching: 'ReadOnly',
            diskSizeGB: 64,
            diffDiskSettings: { option: 'Local', placement: 'CacheDisk' },
          },
        },
        osProfile: {
          computerName: 'm1',
          customData: Buffer.from('#cloud-config\nhostname: m1\n').toString('base64'),
          linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: { publicKeys: [{ keyData: expect.stringMatching(/^ssh-rsa [\w+/=]{360,} nobody$/) }] },
          },
        },
        networkProfile: {
          networkApiVersion: '2022-11-01',
          networkInterfaceConfigurations: [
            {
              name: 'm1-nic',
              tags,
              properties: {
                primary: true,
                deleteOption: 'Delete',
                enableAcceleratedNetworking: true,
                networkSecurityGroup: { id: standIn.places.networkSecurityGroup },
                ipConfigurations: [{ properties: { subnet: { id: standIn.places.subnet } } }],
              },
            },
          ],
        },
      },
    })
    expect(JSON.stringify(put?.requestBody)).not.toContain('publicIPAddress')
  })

  it('makes nothing twice: the same order again finds the machine, also in a new process', async () => {
    standIn.inject({ operation: 'VirtualMachines_CreateOrUpdate', lose: true })
    await expect(make()).rejects.toBeInstanceOf(Transient)
    connect()
    const operation = await make()
    expect(standIn.vms()).toHaveLength(1)
    expect(await poll(operation)).toBe('pending')
    await clock.advance(20_000)
    expect(await poll(operation)).toBe('done')
  })

  it("neither takes nor deletes another owner's machine of the same name", async () => {
    await made()
    connect({}, 'other')
    await expect(make()).rejects.toBeInstanceOf(Refused)
    await expect(elastic.delete('spot', 'm1')).rejects.toBeInstanceOf(Refused)
    expect((await provider.list('spot')).machines).toEqual([])
    expect(standIn.vms()).toHaveLength(1)
  })

  it('asks on about work that a former process began', async () => {
    const operation = await make()
    connect()
    expect(await poll(operation)).toBe('pending')
    await clock.advance(20_000)
    expect(await poll(operation)).toBe('done')
  })

  it('reads the states of machines one by one where it may not read all', async () => {
    await open({ warm: { stopped: 1 } })
    await made()
    await made('m2')
    await elastic.rest?.stop('spot', 'm2')
    await clock.advance(15_000)
    standIn.inject({
      operation: 'VirtualMachines_ListAll',
      status: 403,
      error: { code: 'AuthorizationFailed', message: 'no' },
    })
    const { machines } = await provider.list('spot')
    expect(machines.map(({ name, state }) => `${name} ${state}`)).toEqual(['m1 running', 'm2 stopped'])
  })

  it('deletes a machine with all of its parts, and one that is not there', async () => {
    await made()
    const operation = await elastic.delete('spot', 'm1')
    expect(await poll(operation)).toBe('pending')
    await clock.advance(10_000)
    await expect.poll(() => poll(operation)).toBe('done')
    expect([standIn.vms(), standIn.parts()]).toEqual([[], []])
    expect(await elastic.delete('spot', 'm1')).toBeUndefined()
  })

  it('clears what is left of a machine that vanished, and lists it until then', async () => {
    await open({ osDisk: { ephemeral: false }, publicIp: true })
    await made()
    await made('m2')
    for (const part of standIn.parts()) if (part.name.startsWith('m1')) Object.assign(part, { goesAlong: false })
    standIn.vanish('m1')
    expect(standIn.leaks('acme')).toHaveLength(3)
    const reserved = { code: 'NicReservedForAnotherVm', message: 'It is reserved for 180 seconds.' }
    standIn.inject({ operation: 'NetworkInterfaces_Delete', status: 400, error: reserved })
    const { machines } = await provider.list('spot')
    expect(machines.map(({ name, state }) => [name, state])).toEqual([
      ['m2', 'running'],
      ['m1', 'failed'],
    ])
    const operation = await elastic.delete('spot', 'm1')
    for (let round = 0; round < 5 && (await poll(operation)) === 'pending'; round++) await clock.advance(10_000)
    expect(await poll(operation)).toBe('done')
    expect(standIn.leaks('acme')).toEqual([])
    expect((await provider.list('spot')).machines.map(({ name }) => name)).toEqual(['m2'])
    expect(standIn.parts()).not.toEqual([])
  })

  it('stops and starts a machine that keeps its disk', async () => {
    await open({ warm: { stopped: 1 }, hibernate: true })
    await made()
    const stopping = await elastic.rest?.stop('spot', 'm1')
    expect(await poll(stopping)).toBe('pending')
    await clock.advance(15_000)
    expect(await poll(stopping)).toBe('done')
    expect(standIn.exchanges().some(({ url }) => url.includes('hibernate=true'))).toBe(true)
    expect((await provider.list('spot')).machines).toMatchObject([{ state: 'stopped' }])
    const starting = await elastic.rest?.start('spot', 'm1')
    await clock.advance(15_000)
    expect(await poll(starting)).toBe('done')
    expect((await provider.list('spot')).machines).toMatchObject([{ state: 'running' }])
  })

  it('sets Windows up by an extension, once the machine is there', async () => {
    await open({ os: 'windows', image: standIn.places.windowsImage, osDisk: { ephemeral: false } })
    const operation = await make()
    const put = standIn.exchanges().find(({ method }) => method === 'PUT')
    expect(put?.requestBody).toMatchObject({
      properties: {
        osProfile: {
          adminPassword: expect.stringMatching(/^aA1!.{48}$/),
          customData: Buffer.from('Rename-Computer m1').toString('base64'),
          windowsConfiguration: { enableAutomaticUpdates: false },
        },
      },
    })
    expect(await poll(operation)).toBe('pending')
    await clock.advance(20_000)
    await expect.poll(() => poll(operation)).toBe('done')
    const [machine] = standIn.vms()
    expect([...(machine?.extensions.values() ?? [])]).toMatchObject([
      { properties: { publisher: 'Microsoft.Compute', type: 'CustomScriptExtension' } },
    ])
    const writes = standIn.exchanges().filter(({ method }) => method === 'PUT')
    expect(await poll(operation)).toBe('done')
    expect(standIn.exchanges().filter(({ method }) => method === 'PUT')).toHaveLength(writes.length)
  })

  it('sets Linux without cloud-init up the same way', async () => {
    await open({ customScript: true })
    const operation = await make()
    await clock.advance(20_000)
    expect(await poll(operation)).toBe('done')
    const [machine, extension] = standIn.exchanges().filter(({ method }) => method === 'PUT')
    expect(JSON.stringify(machine?.requestBody)).not.toContain('customData')
    expect(extension?.requestBody).toMatchObject({
      properties: { protectedSettings: { script: Buffer.from('hostname m1').toString('base64') } },
    })
  })
})
