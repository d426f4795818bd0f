import { expect, test } from 'vitest'
import { openContext } from '../../../test/fakes/context.ts'
import { aMachine, now } from '../../../test/fakes/records.ts'
import { reportFacts } from './costs.ts'

test('jobs on a host that has no price are compared with nothing, those on a priced one are', async () => {
  const prices = [{ from: now, nanosPerHour: '1', currency: 'USD', what: 'running' as const }]
  const context = await openContext({
    machines: [aMachine({ key: 'm1', fleet: 'given' }), aMachine({ key: 'm2', fleet: 'bought', prices })],
  })
  expect([...reportFacts(context).costless]).toEqual(['given'])
})
