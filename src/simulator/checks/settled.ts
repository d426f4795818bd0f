import type { WaitCode } from '../../domain/plan.ts'
import { requirementKey } from '../../domain/jobs/requirement.ts'
import type { CiJob } from '../world/ci-job.ts'
import type { Scene } from './scene.ts'

/** Reasons that can last: nothing that Slipway does by itself would end them soon. */
const lasting: ReadonlySet<WaitCode> = new Set<WaitCode>([
  'held-by-source',
  'unserved',
  'refused-origin',
  'scope-unusable',
  'too-large',
  'money-limit',
  'price-missing',
])

/** Whether all work is done and nothing is left that nobody needs. */
export function isSettled(scene: Scene): boolean {
  return leftovers(scene).length === 0
}

/** What should not be there any more once there is nothing left to do, in words. */
export function leftovers(scene: Scene): string[] {
  const process = scene.slipway.process()
  if (!process) return ['Slipway is down']
  return [...jobsLeft(scene), ...machinesLeft(scene), ...containersLeft(scene), ...recordsLeft(scene)]
}

function jobsLeft(scene: Scene): string[] {
  const open = [...scene.world.ci.jobs.values()].filter((job) => job.state !== 'done')
  const words = open
    .filter((job) => !hasLastingReason(scene, job))
    .map(
      (job) => `job ${job.id} of ${job.repository} is ${job.state}: ${reasonsOf(scene, job).join(', ') || 'no reason'}`,
    )
  const held = scene.slipway.process()?.context.state.jobs.size ?? 0
  if (words.length === 0 && held !== open.length) words.push(`${held} jobs are held, ${open.length} are open`)
  return words
}

function hasLastingReason(scene: Scene, job: CiJob): boolean {
  if (job.state === 'running') return false
  const full: readonly WaitCode[] = heldByWarm(scene) ? ['machine-limit', 'machine-full'] : []
  // How often machines may be begun counts by the hour, and money by the day.
  return groupsOf(scene, job).some(
    ({ code, reason }) =>
      lasting.has(code) || full.includes(code) || reason.includes('machinesPerHour') || reason.includes('moneyPerDay'),
  )
}

/** Agents that are kept warm hold all room there may be, and do not give way to a job that none of them can take. */
function heldByWarm({ history, slipway }: Scene): boolean {
  const warm = new Set(history.setup.pools.flatMap(({ name, warm: { agents } }) => (agents > 0 ? [name] : [])))
  return [...(slipway.process()?.context.state.agents.values() ?? [])].some(
    ({ pool, state }) => warm.has(pool) && state === 'idle',
  )
}

function reasonsOf(scene: Scene, job: CiJob): string[] {
  return groupsOf(scene, job).map(({ code, reason }) => `${code} (${reason})`)
}

function groupsOf({ slipway }: Scene, job: CiJob) {
  const key = requirementKey({ kind: 'all', labels: job.labels, matchCase: false })
  const groups = slipway.process()?.reconciler.plan()?.waits ?? []
  return groups.filter((group) => group.scope === job.scope && requirementKey(group.requirement) === key)
}

function machinesLeft({ world, history }: Scene): string[] {
  return history.setup.fleets.flatMap((fleet) => {
    const { machines = 0, stopped = 0 } = fleet.elastic?.warm ?? {}
    const own = [...world.cloud.vms.values()].filter((vm) => vm.fleet === fleet.name)
    // One that carries what is kept warm is needed too; whether that is too much, the count of containers tells.
    const running = own.filter((vm) => vm.state === 'running' && !vm.dead)
    const empty = running.filter(({ engine }) => engine?.boxes.size === 0)
    const off = own.filter((vm) => vm.state === 'stopped')
    const odd = own.filter((vm) => !running.includes(vm) && !off.includes(vm))
    return [
      ...(empty.length > machines
        ? [`fleet ${fleet.name} has ${empty.length} empty machines, ${machines} are to be warm: ${names(empty)}`]
        : []),
      ...(off.length > stopped
        ? [`fleet ${fleet.name} has ${off.length} stopped machines, ${stopped} are to be kept: ${names(off)}`]
        : []),
      ...odd.map((vm) => `machine ${vm.name} is ${vm.dead ? 'dead' : vm.state}, with its ${[...vm.parts].join(', ')}`),
    ]
  })
}

function names(machines: readonly { readonly name: string }[]): string {
  return machines.map(({ name }) => name).join(', ')
}

/** Registered agents and prepared containers beyond what is to be kept warm. */
function containersLeft({ world, history }: Scene): string[] {
  const { pools, scopes } = history.setup
  const warmAgents = pools.reduce((sum, pool) => sum + pool.warm.agents * scopes.size, 0)
  const warm = pools.reduce((sum, pool) => sum + pool.warm.standby, warmAgents)
  const boxes = world
    .engines()
    .filter(({ powered }) => powered)
    .flatMap((engine) => [...engine.boxes.values()].map(({ key }) => `${key} on ${engine.machine}`))
  const runners = [...world.ci.runners.keys()]
  return [
    ...(boxes.length > warm ? [`${boxes.length} containers are left: ${boxes.join(', ')}`] : []),
    ...(runners.length > warmAgents ? [`${runners.length} registrations are left: ${runners.join(', ')}`] : []),
  ]
}

/** Records of what is no longer there. */
function recordsLeft({ world, slipway }: Scene): string[] {
  const state = slipway.process()?.context.state
  if (!state) return []
  const boxes = new Set(world.engines().flatMap((engine) => [...engine.boxes.keys()]))
  return [
    ...[...state.containers.keys()].filter((key) => !boxes.has(key)).map((key) => `container ${key} is only a record`),
    ...[...state.agents.keys()].filter((key) => !boxes.has(key)).map((key) => `agent ${key} is only a record`),
    ...[...state.registrations.values()]
      .filter(({ name }) => !world.ci.runners.has(name))
      .map(({ name }) => `registration ${name} is only a record`),
    ...[...state.machines.keys()].filter((key) => !world.hostOf(key)).map((key) => `machine ${key} is only a record`),
  ]
}
