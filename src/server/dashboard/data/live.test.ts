import { expect, it } from 'vitest'
import type { BrowserClock } from './clock.ts'
import { createLive } from './live.ts'
import { createTicker } from './ticker.ts'

/** Time that goes when it is told to, and a connection that a test speaks through. */
function bench() {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  const clock: BrowserClock = {
    wall: () => now,
    timer(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const pass = async (ms: number): Promise<void> => {
    for (const end = now + ms; now < end; now += 1000) {
      for (const timer of [...timers].filter(({ at }) => at <= now + 1000)) if (timers.delete(timer)) timer.run()
      await Promise.resolve()
    }
  }
  const opened: { readonly target: EventTarget; closed: boolean }[] = []
  const open = (): EventSource => {
    const connection = { target: new EventTarget(), closed: false }
    opened.push(connection)
    return Object.assign(connection.target, { close: () => void (connection.closed = true) }) as unknown as EventSource
  }
  const say = (kind: string, data: object): void => {
    opened.at(-1)?.target.dispatchEvent(Object.assign(new Event(kind), { data: JSON.stringify(data) }))
  }
  const live = createLive({ clock, open, onBroken: async () => {}, ticker: createTicker(clock) })
  live.start()
  return { live, say, pass, opened }
}

it('a connection that breaks is made again, and what is shown grows stale meanwhile', async () => {
  const { live, say, pass, opened } = bench()
  expect(live.connection.value).toBe('connecting')
  say('now', { seq: 1, at: 0, machines: [], fleets: [] })
  expect(live.connection.value).toBe('live')
  say('error', {})
  expect(live.connection.value).toBe('reconnecting')
  await pass(4000)
  expect(opened).toHaveLength(2)
  await pass(15_000)
  expect(live.connection.value).toBe('stale')
  say('now', { seq: 9, at: 20_000, machines: [], fleets: [] })
  expect([live.connection.value, live.picture.value?.seq]).toEqual(['live', 9])
})

it('a change that does not follow what is shown has the whole told anew', async () => {
  const { live, say, pass, opened } = bench()
  say('now', { seq: 1, at: 0, machines: [], fleets: [], problems: [] })
  say('change', { seq: 2, at: 0, problems: ['one'] })
  expect(live.picture.value?.problems).toEqual(['one'])
  say('change', { seq: 4, at: 0, problems: [] })
  expect(opened[0]?.closed).toBe(true)
  await pass(4000)
  expect(opened).toHaveLength(2)
})

it('one that says nothing for too long, though it used to, is dead', async () => {
  const { live, say, pass, opened } = bench()
  say('now', { seq: 1, at: 0, machines: [], fleets: [] })
  say('beat', { at: 0 })
  await pass(39_000)
  expect(live.connection.value).toBe('live')
  await pass(6000)
  expect(opened).toHaveLength(2)
  live.stop()
  await pass(60_000)
  expect(opened).toHaveLength(2)
})
