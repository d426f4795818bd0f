import { expect, it } from 'vitest'
import { createFakeClock } from '../../../test/fakes/clock.ts'
import { Transient } from '../../domain/errors.ts'
import { createFileCalls } from './calls.ts'

it('while an overdue call hangs nothing more is asked, and once it has ended all is well again', async () => {
  const clock = createFakeClock()
  const call = createFileCalls(clock, '/share', 1000)
  const hanging = Promise.withResolvers<string>()
  const first = call('writing', () => hanging.promise)
  const failed = first.catch(String)
  expect(await call('listing', async () => 'fine')).toBe('fine')
  await clock.advance(1000)
  expect(await failed).toContain('writing: /share does not answer')
  let asked = false
  const second = call('listing', async () => {
    asked = true
  })
  await expect(second).rejects.toBeInstanceOf(Transient)
  expect(asked).toBe(false)
  hanging.resolve('late')
  await clock.advance(0)
  expect(await call('listing', async () => 'fine again')).toBe('fine again')
})
