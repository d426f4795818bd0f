import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAzureFixture, type AzureFixture } from '../../../../test/azure-validation/fixture.ts'
import {
  allocationFailed,
  broken,
  computeThrottled,
  quotaExceeded,
  skuNotAvailable,
} from '../../../demo/azure/arm/known-faults.ts'
import type { AzureStandInOptions } from '../../../demo/azure/index.ts'
import { InsufficientCapacity, QuotaExceeded, Throttled, Transient, Unauthorized } from '../../../domain/errors.ts'
import type { ElasticProvider, MachineOrder, Operation } from '../../../domain/ports/provider.ts'

describe('azure provider when Azure refuses', () => {
  let fixture: AzureFixture
  let settings: object
  let elastic: ElasticProvider

  beforeEach(() => open())
  afterEach(() => fixture[Symbol.asyncDispose]())

  async function open(fleet: object = {}, options: AzureStandInOptions = {}): Promise<void> {
    await fixture?.[Symbol.asyncDispose]()
    fixture = await createAzureFixture({ pageSize: 2, ...options }, () => [settings])
    connect(fleet)
  }

  /** A new process, as far as the provider goes. */
  function connect(fleet: object): void {
    settings = { name: 'spot', ...fleet }
    const provider = fixture.provider()
    if (!provider.elastic) throw new Error('machines on Azure come and go')
    elastic = provider.elastic
  }

  async function order(name = 'm1'): Promise<MachineOrder> {
    const [offer] = await elastic.offers('spot')
    if (!offer) throw new Error('there is no offer')
    return { name, fleet: 'spot', offer }
  }

  async function make(name?: string): Promise<Operation> {
    return elastic.create(await order(name))
  }

  const poll = (operation: Operation) => elastic.poll('spot', operation ?? '')

  it.each([
    [allocationFailed(), InsufficientCapacity],
    [allocationFailed('ZonalAllocationFailed'), InsufficientCapacity],
    [
      { operation: 'VirtualMachines_CreateOrUpdate', fails: { code: 'InternalExecutionError', message: 'x' } },
      Transient,
    ],
  ])('says why work failed that Azure had accepted: %#', async (fault, kind) => {
    fixture.standIn.inject(fault)
    const operation = await make()
    await fixture.clock.advance(20_000)
    await expect(poll(operation)).rejects.toBeInstanceOf(kind)
    // The same is told by looking at the machine, for one who has lost the work's address.
    const again = await make()
    await expect(poll(again)).rejects.toBeInstanceOf(kind)
    expect((await fixture.provider().list('spot')).machines).toMatchObject([{ state: 'failed' }])
  })

  it.each([
    [skuNotAvailable('Standard_D4ds_v5'), InsufficientCapacity],
    [quotaExceeded(), QuotaExceeded],
    [broken('VirtualMachines_CreateOrUpdate'), Transient],
  ])('says what to do when Azure refuses: %#', async (fault, kind) => {
    fixture.standIn.inject(fault)
    await expect(make()).rejects.toBeInstanceOf(kind)
    expect(fixture.standIn.vms()).toEqual([])
  })

  it('does not write while Azure is throttling', async () => {
    fixture.standIn.inject(computeThrottled(17))
    const ordered = await order()
    await expect(elastic.create(ordered)).rejects.toMatchObject({ retryAfterMs: 17_000 })
    const asked = fixture.standIn.exchanges().length
    await expect(elastic.create(ordered)).rejects.toBeInstanceOf(Throttled)
    expect(fixture.standIn.exchanges()).toHaveLength(asked)
    await fixture.clock.advance(17_000)
    await elastic.create(ordered)
  })

  it('keeps to its budget of writes', async () => {
    connect({ writesPerMinute: 2 })
    await make('m1')
    await make('m2')
    await expect(make('m3')).rejects.toMatchObject({ retryAfterMs: 60_000 })
    await fixture.clock.advance(60_000)
    await make('m3')
  })

  it('names the action that its identity lacks', async () => {
    const ordered = await order()
    fixture.standIn.allow(['Microsoft.Compute/*/read'])
    const refused = elastic.create(ordered)
    await expect(refused).rejects.toBeInstanceOf(Unauthorized)
    await expect(refused).rejects.toThrow('Microsoft.Compute/virtualMachines/write')
  })

  it('gives up a call that is not answered, within its own time', async () => {
    const ordered = await order()
    fixture.standIn.inject({ operation: 'VirtualMachines_CreateOrUpdate', silent: true })
    const outcome = elastic.create(ordered).catch((error: unknown) => error)
    await fixture.clock.advance(45_000)
    expect(await outcome).toBeInstanceOf(Transient)
  })
})
