import { describe, expect, it } from 'vitest'
import { FAKE_NOW } from '../../test/contracts/operations-fake.ts'
import { startServerFixture } from '../../test/contracts/server-fixture.ts'
import type { MachineView } from '../domain/console/life.ts'

const size = { milliCpu: 4000, memory: 8, disk: 9 }
const machine: MachineView = {
  key: 'm1',
  version: 1,
  epoch: 1,
  state: 'ready',
  fleet: 'local',
  size,
  allocatable: size,
  isolation: 'verified',
  createdAt: FAKE_NOW,
  stateAt: FAKE_NOW,
  seenAt: FAKE_NOW,
  agentsHad: 1,
  agents: 0,
  used: size,
}
const wanted = { source: 'ci', pool: 'linux', image: 'i', command: ['true'], repository: 'acme/app' }

describe('what the console asks', () => {
  it('searches jobs by words, together with what else is asked', async () => {
    await using server = await startServerFixture()
    const ask = async (query: string) => (await server.call('GET', `/api/v1/jobs?${query}`, { as: ['read'] })).status
    expect(await ask('search=Build%20linux&state=done&limit=5')).toBe(200)
    expect(await ask('search=%20')).toBe(200)
    expect(await ask(`search=${'x'.repeat(201)}`)).toBe(400)
    expect(server.operations.queries).toEqual([{ search: 'Build linux', state: 'done', limit: 5 }, { limit: 100 }])
  })

  it('shows the timeline of a job, and never the values of its environment', async () => {
    await using server = await startServerFixture()
    await server.call('POST', '/api/v1/jobs', { body: { ...wanted, env: { TOKEN: 'hidden' } } })
    const answer = await server.call('GET', '/api/v1/jobs/ci%2Fe1%2F1/timeline', { as: ['read'] })
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({
      job: { key: 'ci/e1/1', request: { env: ['TOKEN'] } },
      steps: [{ step: 'queued', at: FAKE_NOW }],
    })
    expect(text).not.toContain('hidden')
    expect((await server.call('GET', '/api/v1/jobs/none/timeline')).status).toBe(404)
  })

  it('shows the life of a machine', async () => {
    await using server = await startServerFixture()
    server.operations.store.machines.set('m1', machine)
    const answer = await server.call('GET', '/api/v1/machines/m1', { as: ['read'] })
    expect(await answer.json()).toMatchObject({ machine, reason: 'given by hand', states: [{ state: 'ready' }] })
    expect((await server.call('GET', '/api/v1/machines/m2')).status).toBe(404)
  })

  it('shows the policy, amounts as digits', async () => {
    await using server = await startServerFixture()
    const answer = await server.call('GET', '/api/v1/policy', { as: ['read'] })
    const what = { limits: { moneyPerDay: { nanos: '120000000000', currency: 'USD' } } }
    expect(await answer.json()).toMatchObject({
      timeZone: 'UTC',
      fleets: [{ name: 'cloud', week: [{ fromMinute: 0, toMinute: 10_080, what }] }],
    })
  })

  it('tells a token who it is, without anything for forms', async () => {
    await using server = await startServerFixture()
    const answer = await server.call('GET', '/api/v1/me', { as: ['read', 'logs'], bounds: { name: 'ci' } })
    const about = { owner: 'test', version: '0.0.0' }
    expect(await answer.json()).toEqual({ name: 'ci', by: 'ci', via: 'token', roles: ['read', 'logs'], ...about })
  })
})
