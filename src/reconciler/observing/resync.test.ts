import { describe, expect, test } from 'vitest'
import { createFakeActor, openContext, registrationOf } from '../../../test/fakes/context.ts'
import { aJob, anAgent, anObservation, now } from '../../../test/fakes/records.ts'
import { NotFound } from '../../domain/errors.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { JobSource, SourceReading } from '../../domain/ports/source.ts'
import { resync, resyncRegistrations } from './resync.ts'
import { create } from '../state.ts'

const reading = (patch: Partial<SourceReading>): SourceReading => ({
  jobs: [],
  began: now,
  covered: [],
  staleSince: now,
  ...patch,
})

describe('a reading of a queue', () => {
  async function read(
    held: Job[],
    patch: Partial<SourceReading>,
    inspect: JobSource['inspect'] = async () => anObservation(),
  ) {
    const inspected: string[] = []
    const context = await openContext({
      jobs: held,
      source: {
        read: async () => reading(patch),
        inspect: (job) => {
          inspected.push(job.externalId)
          return inspect(job)
        },
      },
    })
    const actor = createFakeActor()
    resync(context, actor)
    await actor.idle()
    await actor.idle()
    return { context, inspected }
  }

  test('brings in what webhooks never told', async () => {
    const { context } = await read([], { jobs: [anObservation({ via: 'read' })] })
    expect([...context.state.jobs.keys()]).toEqual(['github/j1/1'])
  })

  const absent: [string, Partial<Job>, Partial<SourceReading>, boolean][] = [
    ['inside what was read completely is asked for', {}, { covered: ['acme/a'] }, true],
    ['outside of it says nothing', {}, { covered: ['acme/b'] }, false],
    ['that we learnt of after the reading began says nothing', { seenAt: now }, { covered: ['acme/a'] }, false],
    [
      'of another attempt is another job',
      {},
      { covered: ['acme/a'], jobs: [anObservation({ via: 'read', attempt: 2 })] },
      true,
    ],
  ]
  test.each(absent)('a job absent %s', async (_name, patch, found, asked) => {
    const { inspected } = await read([aJob(patch)], found)
    expect(inspected).toEqual(asked ? ['j1'] : [])
  })

  test('a job that is listed is not asked for', async () => {
    const { inspected } = await read([aJob()], {
      covered: ['acme/a'],
      jobs: [anObservation({ via: 'read', origin: 'trusted' })],
    })
    expect(inspected).toEqual([])
  })

  test('a job that its source no longer knows is over', async () => {
    const lost = async () =>
      anObservation({ via: 'read', state: 'done' as const, conclusion: 'lost' as const, began: now })
    const { context } = await read([aJob()], { covered: ['acme/a'] }, lost)
    expect(await context.store.get('job', 'github/j1/1')).toMatchObject({ state: 'done', conclusion: 'lost' })
  })

  test('that can not be asked for one job holds up no other', async () => {
    const { context } = await read([aJob()], { covered: ['acme/a'] }, () => Promise.reject(new NotFound('no')))
    expect(context.state.jobs.size).toBe(1)
    expect(context.backoffs.failures('read:scope:github/acme')).toBe(1)
    expect(context.backoffs.failures('queue:github/acme')).toBe(0)
  })

  test('tells how old the oldest knowledge is', async () => {
    const { context } = await read([], { staleSince: now - 77 })
    expect(context.known.staleSince.get('github/acme')).toBe(now - 77)
  })
})

describe('a reading of registrations', () => {
  const old = { ...registrationOf(anAgent({ tries: 1 })), agent: 'a1' }
  const seen = (name: string, busy = false) => ({ name, externalId: '7', online: true, busy })

  async function read(held: Parameters<typeof openContext>[0], source: Partial<JobSource>) {
    const dismissed: string[] = []
    const context = await openContext({
      ...held,
      source: {
        dismiss: async ({ name, externalId }) => {
          dismissed.push(`${name} ${externalId}`)
          return 'gone'
        },
        ...source,
      },
    })
    const actor = createFakeActor()
    resyncRegistrations(context, actor)
    await actor.idle()
    return { context, dismissed }
  }

  test('notes the agents that have shown up', async () => {
    const agent = anAgent({ registered: false })
    const { context } = await read({ agents: [agent] }, { registrations: async () => [seen('slipway-test-a1-1')] })
    expect(context.state.agents.get('a1')?.registered).toBe(true)
    expect(context.known.registrationsAt.get('github/acme')).toBe(now)
  })

  test('does not take one that is offline for one that has shown up', async () => {
    const registrations = async () => [{ ...seen('slipway-test-a1-1'), online: false }]
    const { context } = await read({ agents: [anAgent({ registered: false })] }, { registrations })
    expect(context.state.agents.get('a1')?.registered).toBe(false)
  })

  test('removes what an earlier try left, and keeps the newest', async () => {
    const agent = anAgent({ tries: 2 })
    const held = { agents: [agent], registrations: [old, registrationOf(agent)] }
    const registrations = async () => [seen(old.name), seen('slipway-test-a1-2')]
    const { context, dismissed } = await read(held, { registrations })
    expect(dismissed).toEqual(['slipway-test-a1-1 7'])
    expect([...context.state.registrations.keys()]).toEqual(['github/slipway-test-a1-2'])
  })

  test('forgets what is gone out there', async () => {
    const { context, dismissed } = await read({ registrations: [old] }, { registrations: async () => [] })
    expect([context.state.registrations.size, dismissed]).toEqual([0, []])
  })

  test('keeps one that has a job, though its agent is gone', async () => {
    const source = { registrations: async () => [seen(old.name, true)], dismiss: async () => 'busy' as const }
    const { context } = await read({ registrations: [old] }, source)
    expect(context.state.registrations.size).toBe(1)
  })

  test('says nothing of one that was made after it began', async () => {
    const fresh = { ...old, createdAt: now }
    const context = await openContext({
      source: {
        registrations: async () => {
          await context.state.commit([create('registration', fresh)])
          return []
        },
      },
    })
    const actor = createFakeActor()
    resyncRegistrations(context, actor)
    await actor.idle()
    expect([...context.state.registrations.values()]).toEqual([fresh])
  })
})
