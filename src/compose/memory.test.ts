import { describe, expect, test } from 'vitest'
import { createFakeClock } from '../../test/fakes/clock.ts'
import { silentLogger } from '../../test/fakes/ports.ts'
import { keepSmall } from './memory.ts'

const mib = 2 ** 20

/** A process of so many MiB, half of them free. */
function setUp() {
  const clock = createFakeClock()
  const state = { mib: 160, busy: 0, released: 0 }
  const stop = keepSmall(clock, silentLogger, {
    resident: () => state.mib * mib,
    busy: () => state.busy,
    release() {
      state.released++
      state.mib /= 2
    },
  })
  return { clock, state, stop }
}

describe('memory', () => {
  test('is given back once after the start, and not again for nothing', async () => {
    const { clock, state } = setUp()
    await clock.advance(10_000)
    expect(state).toMatchObject({ released: 1, mib: 80 })
    await clock.advance(600_000)
    expect(state.released).toBe(1)
  })

  test('is given back after a burst, but not during it', async () => {
    const { clock, state } = setUp()
    await clock.advance(10_000)
    Object.assign(state, { mib: 400, busy: 0.6 })
    await clock.advance(60_000)
    expect(state.released).toBe(1)
    state.busy = 0.02
    await clock.advance(10_000)
    expect(state).toMatchObject({ released: 2, mib: 200 })
  })

  test('is left alone once stopped', async () => {
    const { clock, state, stop } = setUp()
    stop()
    await clock.advance(60_000)
    expect(state.released).toBe(0)
  })

  test('of this process can be released', async () => {
    const clock = createFakeClock()
    const told: object[] = []
    const stop = keepSmall(
      clock,
      { ...silentLogger, debug: (fields: object) => void told.push(fields) },
      { busy: () => 0 },
    )
    await clock.advance(10_000)
    stop()
    expect(told).toHaveLength(1)
  })
})
