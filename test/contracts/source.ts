import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registrationName } from '../../src/domain/agent.ts'
import type { Clock } from '../../src/domain/ports/clock.ts'
import {
  BadInput,
  BadSignature,
  NameTaken,
  Refused,
  Throttled,
  Transient,
  Unauthorized,
} from '../../src/domain/errors.ts'
import { observeJob } from '../../src/domain/jobs/job-states.ts'
import type { Job } from '../../src/domain/jobs/job.ts'
import type { Admission, AdmissionRequest, JobSource, Pushed, Scope } from '../../src/domain/ports/source.ts'

/** A source with one of its scopes, and a hold on the system that it speaks with. */
export interface SourceUnderTest {
  readonly source: JobSource
  readonly scope: Scope
  readonly owner: string
  readonly clock: Clock
  /** None for a source without a system outside. */
  readonly outside?: Outside
  /** A job as the store would hold it, for a `fixed` source. */
  readonly job?: Job
  close(): Promise<void>
}

export interface Message {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** The CI system, as people and agents use it. */
export interface Outside {
  /** In the scope; jobs are queued here. */
  readonly repository: string
  /** Whether messages tell of jobs and vouch for themselves; else they only say that something is new. */
  readonly tells: boolean
  /** Whether a cancelled job can be told from one that was never there. */
  readonly remembersCancelled: boolean
  /** A job comes into the queue: its external id. */
  queue(labels: readonly string[], of?: { readonly fork: boolean }): Promise<string>
  cancel(job: string): Promise<void>
  /** Whole new messages of `queue` get lost from now on, or no longer. */
  loseMessages(lose: boolean): void
  /** The first `count` messages that arrived. */
  messages(count: number): Promise<readonly Message[]>
  /** A message of somebody whom the source does not serve, genuine in form. */
  foreignMessage(): Promise<Message>
  /** An agent of this admission connects and takes a job: the job's external id. */
  takeJob(admission: Admission): Promise<string>
  finishJob(): Promise<void>
  /** Lets so much time pass that nothing is on its way any more. */
  quiet(): Promise<void>
  /** The next request of any kind is refused so. */
  refuseNext(how: 'throttled' | 'unauthorized' | 'broken'): void
}

/** What every source must keep to, whatever is behind it. */
export function sourceContract(name: string, open: () => Promise<SourceUnderTest>): void {
  describe(`source: ${name}`, () => {
    let under: SourceUnderTest
    let source: JobSource
    let scope: Scope

    beforeEach(async () => {
      under = await open()
      ;({ source, scope } = under)
    })
    afterEach(() => under.close())

    function request(key: string, attempt = 1): AdmissionRequest {
      const agent = { key, pool: 'p', scope: scope.name }
      return { agent, name: registrationName(under.owner, key, attempt), labels: ['gpu'], job: under.job }
    }

    it('names its scopes once each, and its routes absolutely', () => {
      expect(source.scopes.map((each) => each.source)).toEqual(source.scopes.map(() => source.name))
      expect(new Set(source.scopes.map((each) => each.name)).size).toBe(source.scopes.length)
      for (const route of source.routes) expect(route).toMatchObject({ method: 'POST', path: /^\/hooks\// })
    })

    it('says when a reading began, and vouches for nothing newer', async () => {
      const before = under.clock.wall()
      const reading = await source.read(scope, [])
      expect(reading.began).toBeGreaterThanOrEqual(before)
      expect(reading.began).toBeLessThanOrEqual(under.clock.wall())
      expect(reading.staleSince).toBeLessThanOrEqual(reading.began)
    })

    it('admits an agent with secrets for its environment, and dismisses it as often as asked', async () => {
      const wanted = request('one')
      const admission = await source.admit(wanted)
      expect(Object.keys(admission.env)).not.toEqual([])
      const registration = { name: wanted.name, scope: scope.name, externalId: admission.externalId }
      expect(await source.dismiss(registration)).toBe('gone')
      expect(await source.dismiss(registration)).toBe('gone')
      expect(await source.registrations(scope)).toEqual([])
    })

    it('says of every finding that is not well how to mend it', async () => {
      const findings = await source.examine()
      expect(findings).not.toEqual([])
      for (const { level, mend } of findings) expect(level === 'ok' || mend !== undefined).toBe(true)
    })

    it('knows who can send it work', async () => {
      const width = await source.width(scope)
      expect(width.repositories === 'all' || Array.isArray(width.repositories)).toBe(true)
    })

    describe('with a system outside', () => {
      function outside(skip: (note?: string) => never): Outside {
        return under.outside ?? skip('it has none')
      }

      /** What the first `count` messages say. */
      async function pushed(system: Outside, count: number): Promise<readonly Pushed[]> {
        const messages = await system.messages(count)
        return Promise.all(messages.map(take))
      }

      function take({ body, headers }: Message): Promise<Pushed> {
        const [route] = source.routes
        if (!route) throw new Error('the source has no route')
        return route.handle(body, headers)
      }

      async function queued(system: Outside, of = { fork: false }): Promise<Job> {
        const id = await system.queue(['gpu'], of)
        const messages = system.tells ? await pushed(system, 1) : [await source.read(scope, [])]
        const seen = messages.flatMap(({ jobs }) => jobs).find(({ externalId }) => externalId === id)
        if (!seen) throw new Error('nothing tells of the job')
        return observeJob(undefined, seen)
      }

      it('understands a message, and knows it again by its delivery', async ({ skip }) => {
        const system = outside(skip)
        if (!system.tells) return skip('its messages tell of no jobs')
        const id = await system.queue(['gpu'])
        const [first] = await pushed(system, 1)
        expect(first?.jobs).toMatchObject([
          { via: 'event', state: 'queued', source: source.name, scope: scope.name, externalId: id, origin: 'unknown' },
        ])
        const [again] = await pushed(system, 1)
        expect(again?.delivery).toBe(first?.delivery)
        await system.queue(['gpu'])
        const [, second] = await pushed(system, 2)
        expect(second?.delivery).not.toBe(first?.delivery)
      })

      it('refuses a message that was changed on its way, unsigned, or signed but no message', async ({ skip }) => {
        const system = outside(skip)
        if (!system.tells) return skip('its messages tell of no jobs')
        await system.queue(['gpu'])
        const [message] = await system.messages(1)
        if (!message) throw new Error('no message')
        const changed = Buffer.from(message.body.toString().replace('gpu', 'cpu'))
        await expect(take({ ...message, body: changed })).rejects.toThrow(BadSignature)
        await expect(take({ ...message, headers: {} })).rejects.toSatisfy(isRefusal)
      })

      it('acknowledges what is not its own, and makes no job of it', async ({ skip }) => {
        const system = outside(skip)
        const ignored = await take(await system.foreignMessage())
        expect(ignored.jobs).toEqual([])
        expect(ignored.ignored).toEqual(expect.any(String))
      })

      it('reads a job as its message tells it, until it is over', async ({ skip }) => {
        const system = outside(skip)
        const job = await queued(system)
        const { key: _key, version: _version, ...facts } = job
        const reading = await source.read(scope, [system.repository])
        expect(reading.covered).toContain(system.repository)
        expect(reading.jobs).toMatchObject([
          { via: 'read', externalId: facts.externalId, attempt: facts.attempt, requirement: facts.requirement },
        ])
        expect(reading.jobs[0]).toMatchObject({ state: 'queued', repository: facts.repository, scope: scope.name })
        await system.cancel(job.externalId)
        const after = await source.read(scope, [system.repository])
        expect(after.covered).toContain(system.repository)
        expect(after.jobs).toEqual([])
      })

      it('inspects a job: its state and origin now, and lost when it is unknown', async ({ skip }) => {
        const system = outside(skip)
        const job = await queued(system)
        expect(await source.inspect(job)).toMatchObject({ via: 'read', state: 'queued', origin: 'trusted' })
        await system.cancel(job.externalId)
        const conclusion = system.remembersCancelled ? 'cancelled' : 'lost'
        expect(await source.inspect(job)).toMatchObject({ state: 'done', conclusion })
        const unknown = await source.inspect({ ...job, externalId: '1' })
        expect(unknown).toMatchObject({ state: 'done', conclusion: 'lost', externalId: '1', attempt: job.attempt })
      })

      it('tells code that comes from a fork', async ({ skip }) => {
        const system = outside(skip)
        const job = await queued(system, { fork: true })
        expect(await source.inspect(job)).toMatchObject({ state: 'queued', origin: 'fork' })
        const reading = await source.read(scope, [system.repository])
        expect(reading.jobs).toMatchObject([{ origin: 'fork' }])
      })

      it('lists its registrations, refuses a name in use, and finds the holder by its name', async ({ skip }) => {
        outside(skip)
        const wanted = request('one')
        const admission = await source.admit(wanted)
        expect(await source.registrations(scope)).toEqual([
          { name: wanted.name, externalId: admission.externalId, online: false, busy: false },
        ])
        await expect(source.admit(wanted)).rejects.toThrow(NameTaken)
        expect(await source.dismiss({ name: wanted.name, scope: scope.name })).toBe('gone')
        await expect(source.admit(request('one', 2))).resolves.toBeDefined()
      })

      it('never dismisses an agent that has a job, and says who took it', async ({ skip }) => {
        const system = outside(skip)
        const job = await queued(system)
        const wanted = request('one')
        const admission = await source.admit(wanted)
        const registration = { name: wanted.name, scope: scope.name, externalId: admission.externalId }
        expect(await system.takeJob(admission)).toBe(job.externalId)
        expect(await source.dismiss(registration)).toBe('busy')
        expect(await source.inspect(job)).toMatchObject({ state: 'running', takenBy: wanted.name })
        await system.finishJob()
        expect(await source.dismiss(registration)).toBe('gone')
        expect(await source.inspect(job)).toMatchObject({ state: 'done', conclusion: 'success', takenBy: wanted.name })
      })

      it('has lost messages sent again, and compares each once', async ({ skip }) => {
        const system = outside(skip)
        if (!source.recover) return skip('it can not')
        const none = (): Promise<Set<string>> => Promise.resolve(new Set())
        const start = await source.recover(undefined, none)
        system.loseMessages(true)
        for (let count = 0; count < 6; count += 1) await system.queue(['gpu'])
        system.loseMessages(false)
        await system.quiet()
        const recovery = await source.recover(start.cursor, none)
        expect(recovery).toMatchObject({ missed: 6, redelivered: 6 })
        const stored = new Set((await pushed(system, 6)).map(({ delivery }) => delivery))
        expect(stored.size).toBe(6)
        const known = (asked: readonly string[]): Promise<Set<string>> =>
          Promise.resolve(new Set(asked.filter((delivery) => stored.has(delivery))))
        expect(await source.recover(recovery.cursor, known)).toMatchObject({ missed: 0, redelivered: 0 })
      })

      it.for([
        ['throttled', Throttled],
        ['unauthorized', Unauthorized],
        ['broken', Transient],
      ] as const)('tells what to do next when it is %s', async ([how, error], { skip }) => {
        const system = outside(skip)
        await source.width(scope)
        system.refuseNext(how)
        await expect(source.admit(request('one'))).rejects.toThrow(error)
      })
    })

    it('runs no agent without its job if that is whose it is', async ({ skip }) => {
      if (source.binding !== 'fixed') return skip('its agents are nobody’s')
      await expect(source.admit({ ...request('one'), job: undefined })).rejects.toThrow(Refused)
    })
  })
}

/** Nothing that lacks its signature, or its headers, may be taken for a message. */
function isRefusal(error: unknown): boolean {
  return error instanceof BadSignature || error instanceof BadInput
}
