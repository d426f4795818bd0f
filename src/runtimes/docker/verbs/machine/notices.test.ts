import { describe, expect, it } from 'vitest'
import { parseNotices } from './notices.ts'

const line = (fields: object) => JSON.stringify(fields)
const preempt = line({ EventId: 'e1', EventType: 'Preempt', NotBefore: 'Mon, 05 Jan 2026 09:00:30 GMT' })

describe('what the watcher of evictions wrote', () => {
  const cases: [string, string, ReturnType<typeof parseNotices>][] = [
    ['nothing', '', []],
    ['one event', `${preempt}\n`, [{ id: 'e1', what: 'Preempt', notBefore: Date.UTC(2026, 0, 5, 9, 0, 30) }]],
    ['its own words besides', 'watching the events of m1\nsh: out of memory\n', []],
    [
      'one whose moment has come',
      line({ EventId: 'e2', EventType: 'Reboot', NotBefore: '' }),
      [{ id: 'e2', what: 'Reboot' }],
    ],
    ['a line that was cut off', `1","EventType":"Preempt"}\n{"EventId":"e`, []],
    ['objects of another kind', `${line({ EventId: 7, EventType: 'Preempt' })}\n${line({ EventId: 'e' })}\n{}\n`, []],
  ]
  it.each(cases)('is read: %s', (_what, text, expected) => {
    expect(parseNotices(text)).toEqual(expected)
  })

  it('counts once, however often it was started anew', () => {
    const second = line({ EventId: 'e2', EventType: 'Terminate', NotBefore: '' })
    const ids = parseNotices([preempt, second, 'watching', preempt, second].join('\n')).map(({ id }) => id)
    expect(ids).toEqual(['e1', 'e2'])
  })
})
