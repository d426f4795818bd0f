import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const event = (id: string, machines: readonly string[], more: object = {}) => ({
  EventId: id,
  EventType: 'Preempt',
  ResourceType: 'VirtualMachine',
  Resources: machines,
  EventStatus: 'Scheduled',
  NotBefore: 'Mon, 19 Sep 2016 18:29:47 GMT',
  Description: '',
  EventSource: 'Platform',
  DurationInSeconds: -1,
  ...more,
})

const cases: [string, readonly object[], readonly string[]][] = [
  ['nothing', [], []],
  ['one of this machine', [event('e1', ['m1'])], ['e1']],
  ['one of several machines', [event('e1', ['m0', 'm1', 'm2'])], ['e1']],
  ['one of another machine', [event('e1', ['m2'])], []],
  ['one of a machine whose name begins alike', [event('e1', ['m11', 'xm1'])], []],
  ['some of each', [event('e1', ['m2']), event('e2', ['m1']), event('e3', ['m1'])], ['e2', 'e3']],
  ['one whose words look like another', [event('e1', ['m2'], { Description: '"}, {"Resources":["m1"]} \\' })], []],
  ['one with braces in its words', [event('e1', ['m1'], { Description: 'a } b ] { "' })], ['e1']],
]

/** awk differs: that of the system, and busybox's, which most watchers run on. */
const shells: [string, string, string[]][] = [
  ['sh', '/bin/sh', []],
  ['busybox', '/bin/busybox', ['sh']],
]

describe.each(shells.filter(([, path]) => existsSync(path)))('the watcher in %s finds', (shell, path, args) => {
  // All of the script but its loop.
  const [functions = ''] = readFileSync(new URL('./watch.sh', import.meta.url), 'utf8').split("trap 'exit 0'")
  const awk = shell === 'busybox' ? functions.replace(/\bawk -v/, 'busybox awk -v') : functions

  function eventsIn(answer: string): unknown[] {
    const said = execFileSync(path, [...args, '-c', `${awk}\nevents m1`], { input: answer, encoding: 'utf8' })
    const lines = said.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line.slice(line.indexOf(' '))) as unknown)
  }

  it.each(cases)('%s', (_what, events, expected) => {
    const found = expected.map((id) => ({
      EventId: id,
      EventType: 'Preempt',
      NotBefore: 'Mon, 19 Sep 2016 18:29:47 GMT',
    }))
    expect(eventsIn(`${JSON.stringify({ DocumentIncarnation: 1, Events: events })}\n`)).toEqual(found)
    // Spread over lines it means the same.
    expect(eventsIn(JSON.stringify({ DocumentIncarnation: 1, Events: events }, null, 2))).toEqual(found)
  })

  it('nothing in what is no list of events', () => {
    for (const answer of ['', 'Bad gateway', '<html>{</html>', '{"error":"busy"}']) expect(eventsIn(answer)).toEqual([])
  })
})
