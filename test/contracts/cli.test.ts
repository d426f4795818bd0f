import { describe, expect, it } from 'vitest'
import type * as shown from '../../src/cli/client/types.ts'
import type { CostReport } from '../../src/domain/costs/report.ts'
import type { Agent } from '../../src/domain/agent.ts'
import type { Job } from '../../src/domain/jobs/job.ts'
import type { JournalEntry } from '../../src/domain/journal.ts'
import type { Explanation, JobPage, MachineView, Status } from '../../src/domain/ports/operations.ts'
import type { Token } from '../../src/domain/token.ts'
import { createCliFake } from '../fakes/cli.ts'
import { createFolder } from '../fakes/folder.ts'
import { FAKE_NOW } from './operations-fake.ts'
import { startServerFixture, type ServerFixture } from './server-fixture.ts'

/** Compiles only while the service's types have what the command line reads of them. */
type Read<Shown, _Told extends Shown> = true
export type InStep = [
  Read<shown.Job, Job>,
  Read<shown.JobPage, JobPage>,
  Read<shown.Agent, Agent>,
  Read<shown.MachineView, MachineView>,
  Read<shown.JournalEntry, JournalEntry>,
  Read<shown.Explanation, Explanation>,
  Read<shown.Status, Status>,
  Read<shown.Token, Token>,
  Read<shown.CostReport, CostReport>,
]

const cpu = { milliCpu: 4000, memory: 8 * 2 ** 30, disk: 50 * 2 ** 30 }

function job(key: string, changes: Partial<Job> = {}): Job {
  const [source = '', externalId = '', attempt = '1'] = key.split('/')
  return {
    key,
    version: 1,
    state: 'queued',
    source,
    scope: 'acme',
    externalId,
    attempt: Number(attempt),
    requirement: { kind: 'all', labels: ['self-hosted', 'linux'], matchCase: false },
    origin: 'trusted',
    repository: 'acme/web',
    workflow: 'CI',
    name: 'build',
    ambiguous: false,
    seenAt: FAKE_NOW,
    receivedAt: FAKE_NOW,
    queuedAt: FAKE_NOW,
    ...changes,
  }
}

function machine(changes: Partial<MachineView> = {}): MachineView {
  return {
    key: 'host-1',
    version: 1,
    epoch: 1,
    state: 'ready',
    fleet: 'local',
    size: cpu,
    allocatable: cpu,
    isolation: 'verified',
    createdAt: FAKE_NOW,
    stateAt: FAKE_NOW,
    seenAt: FAKE_NOW,
    agentsHad: 1,
    agents: 1,
    used: { milliCpu: 1500, memory: 2 ** 30, disk: 0 },
    ...changes,
  }
}

function agent(changes: Partial<Agent> = {}): Agent {
  return {
    key: 'agent-1',
    version: 1,
    epoch: 1,
    state: 'running',
    pool: 'linux',
    source: 'gh',
    scope: 'acme',
    machine: 'host-1',
    job: 'gh/42/1',
    tries: 1,
    reason: 'a job waits',
    createdAt: FAKE_NOW,
    stateAt: FAKE_NOW,
    registered: true,
    ...changes,
  }
}

/** The command line, told where the service is and with a token of these roles. */
function cliFor(service: ServerFixture, roles: readonly ('admin' | 'read')[] = ['admin'], isTty = false) {
  const token = service.operations.addToken(roles, { name: 'me' })
  return createCliFake({
    env: { SLIPWAY_URL: service.adminUrl, SLIPWAY_TOKEN: token, SLIPWAY_CONFIG: '/nonexistent/slipway.yaml' },
    isTty,
    now: FAKE_NOW + 90_000,
  })
}

describe('the command line against the real server', () => {
  it('status: the screen, and all of it as JSON', async () => {
    await using service = await startServerFixture()
    const cli = cliFor(service, ['read'])
    expect(await cli.run('status')).toBe(0)
    expect(cli.out()).toMatch(/1 job queued, 0 running · 1 agent · machines: 1 ready/)
    expect(cli.out()).toMatch(/^linux +1 +0 +1 +0 +0 +0 +1\/10/m)
    expect(cli.out()).toMatch(/1 job of acme for linux: no machine is ready\n +next: it starts when one is/)
    expect(cli.out()).toMatch(/! machine:m1: no answer \(failed 2 times/)

    const json = cliFor(service)
    expect(await json.run('status', '--json', '--check')).toBe(1)
    expect(JSON.parse(json.out())).toMatchObject({ machines: { ready: 1 }, problems: [{ about: 'machine:m1' }] })
  })

  it('jobs: filters, and the way to the next page', async () => {
    await using service = await startServerFixture()
    for (const key of ['gh/1/1', 'gh/2/1']) service.operations.store.jobs.set(key, job(key))
    const cli = cliFor(service)
    const filters = ['--state', 'queued', '--source', 'gh', '--repository', 'acme/web']
    expect(await cli.run('jobs', ...filters, '--limit', '1', '--after', 'gh/9/1')).toBe(0)
    expect(service.operations.queries).toEqual([
      { state: 'queued', source: 'gh', repository: 'acme/web', after: 'gh/9/1', limit: 1 },
    ])
    expect(cli.out()).toMatch(/^gh\/2\/1 +queued +acme\/web +CI \/ build +1m30s/m)
    expect(cli.out()).toMatch(/--after gh\/2\/1/)
  })

  it('explain: by key, by id in the source, by address; the newest attempt', async () => {
    await using service = await startServerFixture()
    const url = 'https://github.com/acme/web/actions/runs/7/job/42'
    for (const attempt of [1, 2]) {
      const key = `gh/42/${attempt}`
      service.operations.store.jobs.set(key, job(key, { url }))
    }
    for (const [written, key] of [
      ['gh/42/1', 'gh/42/1'],
      ['42', 'gh/42/2'],
      [`${url}/?pr=1#step:3`, 'gh/42/2'],
    ] as const) {
      const cli = cliFor(service)
      expect(await cli.run('explain', written, '--json')).toBe(0)
      expect(JSON.parse(cli.out())).toMatchObject({ job: { key }, words: ['it waits'] })
    }
    const cli = cliFor(service)
    expect(await cli.run('explain', '42')).toBe(0)
    expect(cli.out()).toMatch(/^gh\/42\/2 CI \/ build in acme\/web\nqueued, asks for self-hosted linux\n/)
    expect(cli.out()).toMatch(/^ {2}it waits$/m)
  })

  it('log: the last output, the whole one, and where that is', async () => {
    await using service = await startServerFixture()
    service.operations.store.jobs.set('gh/42/1', job('gh/42/1'))
    service.operations.store.tails.set('gh/42/1', 'the last words')
    service.operations.store.logs.set('gh/42/1', [Buffer.from('\u001b[31mred\u001b[0m\tone\r\n'), Buffer.from('üñ')])
    const tail = cliFor(service)
    expect(await tail.run('log', '42')).toBe(0)
    expect(tail.out()).toBe('the last words')
    const whole = cliFor(service)
    expect(await whole.run('log', 'gh/42/1', '--archived')).toBe(0)
    expect(whole.out()).toBe('\u001b[31mred\u001b[0m\tone\r\nüñ')
    const shown = cliFor(service, ['admin'], true)
    expect(await shown.run('log', 'gh/42/1', '--archived')).toBe(0)
    expect(shown.out()).toBe('red        one\nüñ\n')
    const json = cliFor(service)
    expect(await json.run('log', '42', '--archived', '--json')).toBe(0)
    expect(JSON.parse(json.out())).toEqual({
      job: 'gh/42/1',
      archived: true,
      log: '\u001b[31mred\u001b[0m\tone\r\nüñ',
    })
    const explained = cliFor(service)
    expect(await explained.run('explain', '42')).toBe(0)
    expect(explained.out()).toContain('  Its whole log, 22B: https://archive.example.com/gh/42/1.log\n')
  })

  it('log: says what there is none of, and who may not read it', async () => {
    await using service = await startServerFixture()
    service.operations.store.jobs.set('gh/42/1', job('gh/42/1'))
    const none = cliFor(service)
    expect(await none.run('log', 'gh/42/1', '--archived')).toBe(4)
    expect(none.err()).toMatch(/no log of job gh\/42\/1 is in the archive/)
    const stranger = cliFor(service, ['read'])
    expect(await stranger.run('log', 'gh/42/1')).toBe(5)
    expect(await stranger.run('log', 'gh/42/1', '--archived')).toBe(5)
  })

  it('explain: says what it does not find, and what it can not tell apart', async () => {
    await using service = await startServerFixture()
    for (const key of ['gh/42/1', 'push/42/1']) service.operations.store.jobs.set(key, job(key))
    const unknown = cliFor(service)
    expect(await unknown.run('explain', '43')).toBe(4)
    expect(unknown.err()).toMatch(/there is no job `43`/)
    const unknownKey = cliFor(service)
    expect(await unknownKey.run('explain', 'gh/43/1', '--json')).toBe(4)
    expect(JSON.parse(unknownKey.err())).toMatchObject({ error: { code: 'not_found' } })
    const several = cliFor(service)
    expect(await several.run('explain', '42')).toBe(2)
    expect(several.err()).toMatch(/push\/42\/1.*gh\/42\/1|gh\/42\/1.*push\/42\/1/)
  })

  it('agents and machines: tables, filters, JSON', async () => {
    await using service = await startServerFixture()
    service.operations.store.agents.push(agent(), agent({ key: 'agent-2', pool: 'other' }))
    service.operations.store.machines.set(
      'host-1',
      machine({ cordon: { reason: 'disk swap', by: 'me', at: FAKE_NOW } }),
    )
    const agents = cliFor(service)
    expect(await agents.run('agents', '--pool', 'linux')).toBe(0)
    expect(agents.out()).toMatch(/^agent-1 +running +1m30s +linux +gh\/acme +host-1 +gh\/42\/1 +a job waits/m)
    expect(agents.out()).not.toContain('agent-2')
    const machines = cliFor(service)
    expect(await machines.run('machines')).toBe(0)
    expect(machines.out()).toMatch(
      /^host-1 +local +draining +1 +1\.5\/4 +1Gi\/8Gi +0\/50Gi +verified +1m30s ago +cordoned by me/m,
    )
    const json = cliFor(service)
    expect(await json.run('machines', '--fleet', 'none', '--json')).toBe(0)
    expect(JSON.parse(json.out())).toEqual({ machines: [] })
  })

  it('machines that were made: size, price, cost, why, when they go', async () => {
    await using service = await startServerFixture()
    const made = { offer: 'd8/1/spot', sizeName: 'd8', location: '1', spot: true, template: 't', reason: '3 jobs wait' }
    const bill = { price: { nanosPerHour: '380000000', currency: 'USD' }, cost: { nanos: '12345678', currency: 'USD' } }
    const view = {
      ...machine({ key: 'vm1', made: { ...made, prices: [] } }),
      ...bill,
      goes: 'in 4m if nothing needs it',
    }
    service.operations.store.machines.set('vm1', view)
    const cli = cliFor(service, ['read'])
    expect(await cli.run('machines')).toBe(0)
    expect(cli.out()).toMatch(/^MACHINE +FLEET +STATE +SIZE +AGE .* PER HOUR +COST +GOES/m)
    expect(cli.out()).toMatch(
      /^vm1 +local +ready +d8 1 spot +1m30s +1 .* 0\.38 USD +0\.0123 USD +in 4m if nothing needs it/m,
    )
    expect(cli.out()).toContain('made because 3 jobs wait')
    const json = cliFor(service, ['read'])
    expect(await json.run('machines', '--json')).toBe(0)
    expect(JSON.parse(json.out())).toMatchObject({ machines: [{ key: 'vm1', ...bill }] })
  })

  it('cost: lines, total, what else it would have cost, and what is not known', async () => {
    await using service = await startServerFixture()
    const cli = cliFor(service, ['read'])
    expect(await cli.run('cost', '--by', 'workflow', '--since', '7d', '--pool', 'linux')).toBe(0)
    expect(cli.out()).toMatch(/^WORKFLOW +JOBS +RAN +WAITED +COST +PER JOB$/m)
    expect(cli.out()).toMatch(/^acme\/web +3 +3m +2s +≥ 0\.0126 USD \(1h without a price\) +0\.0042 USD$/m)
    expect(cli.out()).toMatch(/^\(waste\) +0\.0004 USD/m)
    expect(cli.out()).toMatch(/^total +3 +3m +2s +≥ 0\.013 USD \(1h without a price\)/m)
    expect(cli.out()).toMatch(/github-hosted: 0\.018 USD.*each job on a hosted runner, prices as of 2026-01-01/)
    expect(cli.out()).toMatch(/vm-per-job: \?.*\n +not known: no price \(3 jobs\)/)
    expect(cli.out()).toMatch(/The prices of fleet cloud are old: read \S+ ago/)
    expect(service.operations.queries).toMatchObject([{ by: 'workflow', pool: 'linux' }])

    const json = cliFor(service, ['read'])
    expect(await json.run('cost', '--by', 'pool', '--json')).toBe(0)
    expect(JSON.parse(json.out())).toMatchObject({ by: 'pool', total: { costs: [{ total: '13000000' }] } })
    const pools = cliFor(service, ['read'])
    expect(await pools.run('cost', '--by', 'pool')).toBe(0)
    expect(pools.out()).toMatch(/^POOL +JOBS +RAN +WAITED +COST +OF JOBS +WASTE$/m)
    expect(pools.out()).toMatch(/0\.0004 USD \(boot 0\.0004\)$/m)
  })

  it('cost: as CSV, as it comes from the service', async () => {
    await using service = await startServerFixture()
    const cli = cliFor(service, ['read'])
    expect(await cli.run('cost', '--csv', '--since', '2026-01-01', '--until', '2026-01-31')).toBe(0)
    const [head, first, waste, total] = cli.out().split('\r\n')
    expect(head).toMatch(/^row,repository,currency,cost,cost_jobs,cost_waste,waste_boot,.*,compare_vm_per_job$/)
    expect(first).toMatch(/^line,acme\/web,USD,0\.013000000,0\.012600000,0\.000400000,/)
    expect(waste).toMatch(/^waste,,USD,0\.000400000,0\.000000000,0\.000400000,/)
    expect(total).toMatch(/^total,,USD,0\.013000000,/)
  })

  it.each([
    [['--by', 'wether'], 2, /Allowed choices are repository, workflow, job, pool, fleet, label, team, day/],
    [['--since', 'yesterday'], 1, /since: expected how long ago, for example '30d'/],
    [['--csv', '--json'], 2, /--csv.*--json|--json.*--csv/],
  ])('cost %j is refused', async (args, code, words) => {
    await using service = await startServerFixture()
    const cli = cliFor(service, ['read'])
    expect(await cli.run('cost', ...args)).toBe(code)
    expect(cli.err()).toMatch(words)
  })

  it('delete, gently and by force, and what it tells', async () => {
    await using service = await startServerFixture()
    service.operations.store.machines.set('host-1', machine())
    service.operations.store.agents.push(agent())
    const gentle = cliFor(service)
    expect(await gentle.run('delete', 'host-1')).toBe(0)
    expect(gentle.out()).toBe('host-1 takes no new agents, and is deleted once its 1 agent ended.\n')
    service.operations.store.machines.set('host-1', machine({ state: 'deleting' }))
    const hard = cliFor(service)
    expect(await hard.run('delete', 'host-1', '--force')).toBe(0)
    expect(hard.out()).toMatch(/is being deleted with the 1 agent on it, 1 of them at work: what they ran is lost/)
    expect(service.operations.deleted.map(({ force }) => force)).toEqual([false, true])
    expect(await cliFor(service).run('delete', 'host-9')).toBe(4)
    expect(await cliFor(service, ['read']).run('delete', 'host-1')).toBe(5)
  })

  it('shows nothing of a name that a terminal would obey', async () => {
    await using service = await startServerFixture()
    const name = 'build\u001B]0;owned\u0007\u001B[2J\nhost-9 ready'
    service.operations.store.jobs.set('gh/1/1', job('gh/1/1', { name }))
    const cli = cliFor(service)
    expect(await cli.run('jobs')).toBe(0)
    expect(cli.out().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(cli.out()).toMatch(/build\]0;owned\[2J host-9 ready/)
    const json = cliFor(service)
    expect(await json.run('jobs', '--json')).toBe(0)
    expect(json.out().trimEnd()).not.toMatch(/\p{Cc}/u)
    expect(JSON.parse(json.out())).toMatchObject({ jobs: [{ name }] })
  })

  it('drain, and its undoing', async () => {
    await using service = await startServerFixture()
    service.operations.store.machines.set('host-1', machine())
    service.operations.store.agents.push(agent())
    const cli = cliFor(service)
    expect(await cli.run('drain', 'host-1', '--reason', 'disk swap')).toBe(0)
    expect(cli.out()).toMatch(/host-1 takes no new agents\. It still has 1 agent/)
    expect(service.operations.drained).toEqual([{ machine: 'host-1', reason: 'disk swap', by: 'me' }])
    expect(await cli.run('drain', 'host-1', '--undo')).toBe(0)
    expect(service.operations.store.machines.get('host-1')?.cordon).toBeUndefined()
    expect(await cli.run('drain', 'host-9')).toBe(4)
    expect(cli.err()).toMatch(/no machine host-9/)
  })

  it('journal: filters, and moments as people say them', async () => {
    await using service = await startServerFixture()
    const entry: JournalEntry = {
      at: FAKE_NOW,
      kind: 'start-agent',
      subject: 'job:gh/1/1',
      reason: 'demand',
      outcome: 'done',
      by: 'slipway',
    }
    service.operations.store.journal.push(entry)
    const cli = cliFor(service)
    expect(await cli.run('journal', '--subject', 'job:gh/1/1', '--kind', 'start-agent', '--since', '1m')).toBe(0)
    expect(service.operations.queries).toEqual([
      { subject: 'job:gh/1/1', kind: 'start-agent', since: FAKE_NOW + 30_000, limit: 50 },
    ])
    expect(cli.out()).toMatch(/^2023-11-14T22:13:20Z +start-agent +job:gh\/1\/1 +done +slipway +demand/m)
  })

  it('token: create, list, revoke', async () => {
    await using service = await startServerFixture()
    const cli = cliFor(service)
    expect(await cli.run('token', 'create', 'ci', '--roles', 'submit,logs', '--pool', 'linux', '--expires', '1d')).toBe(
      0,
    )
    const secret = cli.out().trim()
    expect(await service.operations.authenticate(secret)).toMatchObject({
      name: 'ci',
      roles: ['submit', 'logs'],
      pools: ['linux'],
    })
    expect(await cli.run('token', 'list')).toBe(0)
    expect(cli.out()).toMatch(/^ci +submit logs +valid +\S+ +2023-11-15T22:13:20Z +linux/m)
    expect(cli.out().split(secret)).toHaveLength(2)
    expect(await cli.run('token', 'create', 'ci', '--roles', 'read')).toBe(1)
    expect(cli.err()).toMatch(/in use/)
    expect(await cli.run('token', 'revoke', 'ci')).toBe(0)
    expect(await service.operations.authenticate(secret)).toBeUndefined()
  })

  it('doctor --url: asks the service', async () => {
    await using service = await startServerFixture()
    service.operations.store.findings.push({ about: 'clock', level: 'warning', finding: '2 s off', mend: 'Run NTP.' })
    const cli = cliFor(service)
    expect(await cli.run('doctor', '--url', service.adminUrl)).toBe(0)
    expect(cli.out()).toMatch(/! clock: 2 s off\n +Run NTP\./)
  })

  it('says which token was refused, and how to make one', async () => {
    await using service = await startServerFixture()
    const wrong = createCliFake({ env: { SLIPWAY_URL: service.adminUrl, SLIPWAY_TOKEN: 'wrong' } })
    expect(await wrong.run('status')).toBe(5)
    expect(wrong.err()).toMatch(/the token of SLIPWAY_TOKEN is not accepted[\s\S]*slipway token create/)
    const none = createCliFake({ env: { SLIPWAY_URL: service.adminUrl } })
    expect(await none.run('status')).toBe(5)
    expect(none.err()).toMatch(/needs a token/)
    const weak = cliFor(service, ['read'])
    expect(await weak.run('drain', 'host-1', '--json')).toBe(5)
    expect(JSON.parse(weak.err())).toMatchObject({
      error: { code: 'forbidden', message: expect.stringContaining('SLIPWAY_TOKEN') },
    })
  })

  it("uses the service's own token on its host", async () => {
    await using service = await startServerFixture()
    using folder = createFolder()
    const { host } = new URL(service.adminUrl)
    const path = folder.write('slipway.yaml', `store: { path: slipway.db }\nserver: { admin: { listen: '${host}' } }`)
    folder.write('slipway.db.token', `${service.operations.addToken(['admin'])}\n`)
    const cli = createCliFake()
    expect(await cli.run('machines', '-c', path)).toBe(0)
    expect(cli.out()).toBe('No such machines.\n')
  })
})
