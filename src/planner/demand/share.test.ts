import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import { jobs, now } from '../../../test/fakes/records.ts'
import type { Lane } from '../lane.ts'
import { shareFairly } from './share.ts'

interface Wish {
  readonly name: string
  readonly unmet: number
  readonly agents?: number
  readonly priority?: number
  /** The smaller, the longer it waits. */
  readonly since?: number
}

function lane({ name, unmet, agents = 0, priority = 0, since = 0 }: Wish): Lane {
  const pool = aPool({ name, priority })
  const queuedAt = now - 100_000 + since
  return {
    key: name,
    pool,
    source: 'github',
    scope: name,
    binding: 'free',
    unmet: jobs(unmet, { externalId: name, queuedAt }),
    queued: unmet,
    agents,
  }
}

/** Who gets the next agent, turn by turn, with room for `room` of them. */
function turns(wishes: readonly Wish[], room: number, refused: readonly string[] = []): string {
  const given: string[] = []
  shareFairly(wishes.map(lane), (to, job) => {
    if (given.length >= room || refused.includes(job.externalId)) return false
    given.push(to.key)
    return true
  })
  return given.join('')
}

describe('agents are shared', () => {
  const cases: [string, Wish[], number, string][] = [
    ['one lane gets what it wants', [{ name: 'a', unmet: 3 }], 9, 'aaa'],
    [
      'two equal lanes take turns',
      [
        { name: 'a', unmet: 3 },
        { name: 'b', unmet: 3, since: 1 },
      ],
      9,
      'ababab',
    ],
    [
      'the longest waiting first',
      [
        { name: 'a', unmet: 2, since: 5 },
        { name: 'b', unmet: 2 },
      ],
      9,
      'baba',
    ],
    [
      'the one with the fewest agents first',
      [
        { name: 'a', unmet: 3, agents: 2 },
        { name: 'b', unmet: 3, since: 1 },
      ],
      4,
      'bbab',
    ],
    [
      'a lane that wants no more is passed over',
      [
        { name: 'a', unmet: 1 },
        { name: 'b', unmet: 3, since: 1 },
      ],
      9,
      'abbb',
    ],
    [
      'a higher priority is served to the end',
      [
        { name: 'a', unmet: 2 },
        { name: 'b', unmet: 2, priority: 1 },
      ],
      9,
      'bbaa',
    ],
    [
      'even when it has agents and waits for less long',
      [
        { name: 'a', unmet: 2 },
        { name: 'b', unmet: 2, priority: 1, agents: 7, since: 9 },
      ],
      2,
      'bb',
    ],
    ['nobody wants anything', [{ name: 'a', unmet: 0 }], 9, ''],
  ]
  test.each(cases)('%s', (_name, wishes, room, expected) => {
    expect(turns(wishes, room)).toBe(expected)
  })

  test('a job that can have none does not keep the rest of its lane from one', () => {
    expect(
      turns(
        [
          { name: 'a', unmet: 3 },
          { name: 'b', unmet: 1, since: 1 },
        ],
        9,
        ['a1'],
      ),
    ).toBe('aba')
  })

  test('a lane none of whose jobs can have one takes no turn from others', () => {
    expect(
      turns(
        [
          { name: 'a', unmet: 2 },
          { name: 'b', unmet: 2, since: 1 },
        ],
        9,
        ['a1', 'a2'],
      ),
    ).toBe('bb')
  })
})

describe('with any lanes and any room', () => {
  const wishes = fc.array(
    fc.record({
      unmet: fc.nat(5),
      agents: fc.nat(4),
      priority: fc.nat(1),
      since: fc.nat(20),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const named = wishes.map((list) => list.map((wish, i) => ({ ...wish, name: String.fromCharCode(97 + i) })))

  test('no lane gets another agent while an equal one that waits has fewer', () => {
    fc.assert(
      fc.property(named, fc.nat(20), (list, room) => {
        const has = new Map(list.map((wish) => [wish.name, wish.agents]))
        const left = new Map(list.map((wish) => [wish.name, wish.unmet]))
        for (const name of turns(list, room)) {
          const own = list.find((wish) => wish.name === name)
          const before = list.filter((wish) => (left.get(wish.name) ?? 0) > 0 && wish.priority > (own?.priority ?? 0))
          expect(before).toEqual([])
          const poorer = list.filter(
            (wish) =>
              wish.priority === own?.priority &&
              (left.get(wish.name) ?? 0) > 0 &&
              (has.get(wish.name) ?? 0) < (has.get(name) ?? 0),
          )
          expect(poorer).toEqual([])
          has.set(name, (has.get(name) ?? 0) + 1)
          left.set(name, (left.get(name) ?? 0) - 1)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('everybody gets no more than wanted, and no room is left while somebody wants it', () => {
    fc.assert(
      fc.property(named, fc.nat(30), (list, room) => {
        const given = turns(list, room)
        const wanted = list.reduce((sum, wish) => sum + wish.unmet, 0)
        expect(given.length).toBe(Math.min(room, wanted))
        for (const wish of list) expect(given.split(wish.name).length - 1).toBeLessThanOrEqual(wish.unmet)
      }),
      { numRuns: 500 },
    )
  })
})
