import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAzureFixture, type AzureFixture } from '../../../../test/azure-validation/fixture.ts'
import type { AzureStandInOptions } from '../../../demo/azure/index.ts'
import type { ElasticProvider } from '../../../domain/ports/provider.ts'

const GIB = 2 ** 30

describe('offers and doctor of the azure provider', () => {
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

  it('lists offers in the order of the configuration, with what is known of each', async () => {
    await open(
      {
        sizes: ['Standard_F4s_v2', 'Standard_D4s_v5', 'Standard_B2s', 'Standard_X'],
        zones: ['1', '2'],
        spot: { enabled: true },
        prices: { Standard_D4s_v5: '0.20 USD/hour' },
        osDisk: { size: '32Gi' },
      },
      { quotas: { cores: 10, lowPriorityCores: 5, standardDSv5Family: 7 } },
    )
    const all = await elastic.offers('spot')
    expect(all.map(({ key }) => key).slice(0, 4)).toEqual([
      'Standard_F4s_v2/1/spot',
      'Standard_F4s_v2/2/spot',
      'Standard_D4s_v5/1/spot',
      'Standard_D4s_v5/2/spot',
    ])
    const of = (key: string) => all.find((offer) => offer.key === key)
    expect(of('Standard_F4s_v2/1/spot')).toMatchObject({
      quota: 1,
      spot: true,
      zone: '1',
      size: { milliCpu: 4000, memory: 8 * GIB, disk: 32 * GIB },
      stoppedPrice: { nanos: 0n, currency: 'USD' },
      priceAt: fixture.clock.wall(),
    })
    expect(of('Standard_F4s_v2/2/spot')?.refused).toMatch(/zone 2/)
    expect(of('Standard_D4s_v5/1')).toMatchObject({ quota: 1, price: { nanos: 200_000_000n, currency: 'USD' } })
    expect(of('Standard_D4s_v5/1')?.priceAt).toBeUndefined()
    expect(of('Standard_B2s/1/spot')?.refused).toMatch(/Spot/)
    expect(of('Standard_X/1')?.refused).toMatch(/has no size/)
  })

  it('reads quotas of today and keeps sizes, and works on without the price list', async () => {
    await open({ pricesEndpoint: 'https://127.0.0.1:9' })
    expect((await elastic.offers('spot'))[0]?.price).toBeUndefined()
    fixture.standIn.setQuota('cores', 4)
    await fixture.clock.advance(61_000)
    const [offer] = await elastic.offers('spot')
    expect(offer?.quota).toBe(1)
    const lists = fixture.standIn.exchanges().filter(({ url }) => url.includes('/Microsoft.Compute/skus'))
    expect(new Set(lists.map(({ url }) => url)).size).toBe(lists.length)
  })

  it('examines what it needs, and says how to mend what is missing', async () => {
    const fine = await elastic.examine('spot')
    expect(fine.filter(({ level }) => level === 'error')).toEqual([])
    expect(fine.map(({ finding }) => finding).join('\n')).toMatch(/subnet machines has \d+ free addresses/)

    connect({
      subnetId: `${fixture.standIn.places.subnet}x`,
      image: { ...fixture.standIn.places.marketplaceImage, sku: 'none' },
    })
    fixture.standIn.setQuota('cores', 0)
    const errors = (await elastic.examine('spot')).filter(({ level }) => level === 'error')
    expect(errors.map(({ finding }) => finding).join('\n')).toMatch(/no subnet.*\n.*no image.*\n.*quotas admit 0/)
    expect(errors.every(({ about, mend }) => about === 'fleet spot' && mend)).toBe(true)
  })

  it('finds the permission that is missing, by scope', async () => {
    fixture.standIn.allow(['*/read', 'Microsoft.Compute/*', 'Microsoft.Network/networkInterfaces/*'])
    const found = (await elastic.examine('spot')).find(({ level }) => level === 'error')
    expect(found?.finding).toContain('Microsoft.Network/virtualNetworks/subnets/join/action')
    expect(found?.finding).toContain(fixture.standIn.places.subnet)
  })
})
