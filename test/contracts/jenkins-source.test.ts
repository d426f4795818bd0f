import { createJenkinsStandIn, type Item, type JenkinsStandIn } from '../../src/demo/jenkins/index.ts'
import type { JobSource } from '../../src/domain/ports/source.ts'
import { createFakeClock, type FakeClock } from '../fakes/clock.ts'
import { silent } from '../fakes/github-api.ts'
import { HOOK_SECRET, sourceOf, systems } from '../fakes/jenkins.ts'
import { sourceContract, type Outside, type SourceUnderTest } from './source.ts'

for (const system of systems) sourceContract(system, () => open(system))

async function open(system: (typeof systems)[number]): Promise<SourceUnderTest> {
  const clock = createFakeClock()
  const controller = await createJenkinsStandIn({ clock, system })
  // Without any node, Hudson does not tell what a job asks for.
  controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
  const source = sourceOf(system, controller, { clock, logger: silent })
  return {
    source,
    scope: { source: 'ci', name: 'ci' },
    owner: 'ci',
    clock,
    outside: outsideOf(system, controller, source, clock),
    async close() {
      await source.close()
      await controller.close()
    },
  }
}

function outsideOf(system: string, controller: JenkinsStandIn, source: JobSource, clock: FakeClock): Outside {
  const items = new Map<string, Item>()

  /** Items of Hudson have no id: the source gives them one. */
  async function idOf(item: Item): Promise<string> {
    if (system === 'jenkins') return String(item.id)
    const { jobs } = await source.read({ source: 'ci', name: 'ci' }, [])
    const seen = jobs.find((job) => job.repository === `ci/${item.project.fullName}`)
    return seen?.externalId ?? ''
  }

  async function queue(labels: readonly string[], of?: { readonly fork: boolean }): Promise<string> {
    const item = controller.submit({ job: of?.fork ? 'team/app/PR-1' : 'team/app', label: labels.join('&&') })
    const id = await idOf(item)
    items.set(id, item)
    return id
  }

  return {
    repository: 'ci/team/app',
    tells: false,
    remembersCancelled: system === 'jenkins',
    queue,
    async cancel(id) {
      const item = items.get(id)
      if (item) controller.cancel(item)
    },
    loseMessages: () => undefined,
    messages: async () => [],
    foreignMessage: async () => ({ body: Buffer.from('{"name":"x"}'), headers: { 'x-slipway-secret': HOOK_SECRET } }),
    async takeJob(admission) {
      const node = controller.nodes().find(({ name }) => name === admission.externalId)
      if (!node) throw new Error('no node')
      controller.connect(node)
      const taken = node.running?.item
      return [...items].find(([, item]) => item === taken)?.[0] ?? ''
    },
    async finishJob() {
      for (const node of controller.nodes()) controller.end(node)
    },
    quiet: () => clock.advance(60_000),
    refuseNext(how) {
      const status = { throttled: 429, unauthorized: 403, broken: 502 }[how]
      controller.inject({ status, headers: how === 'throttled' ? { 'retry-after': '3' } : {} })
    },
  }
}
