import { expect, it } from 'vitest'
import { createEntries } from './entries.ts'

function facts(id: string) {
  const requirement = { kind: 'all', labels: ['gpu'], matchCase: true } as const
  return { id, path: { path: 'job/app/', fullName: 'app' }, requirement, step: false }
}

it('are found by id and project until no reading has shown them for long', () => {
  const entries = createEntries()
  entries.put(facts('1'), { seenAt: 10, node: undefined, queuedIn: 3 })
  entries.put(facts('2'), { seenAt: 20, node: 'n', run: 'job/app/4/' })
  entries.put(facts('1'), { seenAt: 30, node: 'm' })
  expect(entries.get('1')).toMatchObject({ seenAt: 30, node: 'm', queuedIn: 3 })
  expect(entries.ofPath('job/app/').map(({ id }) => id)).toEqual(['1', '2'])
  entries.keepOnNodes(new Set(['1']))
  expect(['1', '2'].map((id) => entries.get(id)?.node)).toEqual(['m', undefined])
  expect(entries.get('2')?.run).toBe('job/app/4/')
  entries.forget(25)
  expect([entries.get('2'), entries.ofPath('job/app/').map(({ id }) => id)]).toEqual([undefined, ['1']])
  entries.forget(31)
  expect(entries.ofPath('job/app/')).toEqual([])
})
