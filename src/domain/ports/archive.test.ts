import { describe, expect, it } from 'vitest'
import { dayOfLog, isDayBefore, logName, type LogFacts } from './archive.ts'

const facts: LogFacts = {
  agent: 'kq3xa7',
  pool: 'linux',
  machine: 'm1',
  source: 'github',
  scope: 'acme',
  job: { key: 'github/48291/1', repository: 'acme/widgets', workflow: 'ci', name: 'build' },
  beganAt: 0,
  endedAt: Date.parse('2026-11-24T23:59:59.999Z'),
  exit: { kind: 'finished', detail: '' },
}
const named = (job: Partial<NonNullable<LogFacts['job']>>) =>
  logName('acme-ci', { ...facts, job: { key: '', repository: '', workflow: '', name: '', ...job } })

describe('the name of a log', () => {
  it('tells owner, day, source, repository, job and agent', () => {
    expect(logName('acme-ci', facts)).toBe('acme-ci/2026-11-24/github/acme/widgets/48291-1-kq3xa7.log')
    expect(logName('acme-ci', { ...facts, job: undefined })).toBe('acme-ci/2026-11-24/github/no-job/kq3xa7.log')
  })

  it.each([
    ['../../etc', 'x', 'acme-ci/2026-11-24/github/_../_../etc/x-kq3xa7.log'],
    ['a//b', '.', 'acme-ci/2026-11-24/github/a/b/_.-kq3xa7.log'],
    [
      'Ördner/mit Leerzeichen & Co',
      'job/x y#1',
      'acme-ci/2026-11-24/github/-rdner/mit-Leerzeichen-Co/job-x-y-1-kq3xa7.log',
    ],
    ['', '', 'acme-ci/2026-11-24/github/_-kq3xa7.log'],
  ])('is a plain path whatever the repository %j and the job %j are called', (repository, id, expected) => {
    const name = named({ key: `github/${id}`, repository })
    expect(name).toBe(expected)
    expect(dayOfLog('acme-ci', name)).toBe('2026-11-24')
  })

  it('stays within what file systems and blobs take', () => {
    const name = named({ key: `github/${'j'.repeat(500)}`, repository: Array(50).fill('r'.repeat(300)).join('/') })
    expect(name.length).toBeLessThan(1024)
    expect(name.split('/').every((part) => part.length <= 130)).toBe(true)
  })
})

describe('the day of a log', () => {
  it.each([
    'other/2026-11-24/github/x.log',
    'acme-ci/2026-11-24/x.log',
    'acme-ci/2026-11-24/github/../x.log',
    'acme-ci/2026-11-24/github/x.txt',
    'acme-ci/24-11-2026/github/x.log',
    'acme-ci/2026-11-24/github//x.log',
    '/acme-ci/2026-11-24/github/x.log',
    'acme-ci-2/2026-11-24/github/x.log',
  ])('is not told of %s, which we would not have named', (name) => {
    expect(dayOfLog('acme-ci', name)).toBeUndefined()
  })

  it('is before a moment once it is over', () => {
    expect(isDayBefore('2026-11-24', Date.parse('2026-11-24T23:59:59.999Z'))).toBe(false)
    expect(isDayBefore('2026-11-24', Date.parse('2026-11-25T00:00:00Z'))).toBe(true)
    expect(isDayBefore('', Date.parse('2026-11-25T00:00:00Z'))).toBe(false)
  })
})
