import type { Operations } from '../../domain/ports/operations.ts'
import type { Slipway } from '../slipway.ts'
import type { VirtualClock } from '../time/clock.ts'
import { calmMail } from '../world/mail.ts'
import { calmCloud, type CloudChances } from '../world/cloud/vm.ts'
import type { Recorder } from '../world/recorder.ts'
import { well, type World } from '../world/world.ts'
import type { Happening, MachineFault, Setup } from './history.ts'
import { leaveOrphan } from './orphans.ts'

/** What happenings reach besides the world. */
export interface Stage {
  readonly setup: Setup
  readonly clock: VirtualClock
  readonly world: World
  readonly recorder: Recorder
  readonly slipway: Pick<Slipway, 'process' | 'crash' | 'remake'>
}

/** Makes it happen. What finds nothing to happen to, passes. */
export function happen(stage: Stage, what: Happening): void {
  const { clock, world, recorder, slipway } = stage
  const { ci, cloud, trouble } = world
  if (what.do !== 'submit') recorder.note(JSON.stringify(what))
  switch (what.do) {
    case 'submit':
      return void ci.submit(what.job, what.waiting)
    case 'approve':
      return ci.approve(nth(ci.jobs.keys(), what.which))
    case 'cancel':
      return ci.cancel(nth(ci.jobs.keys(), what.which))
    case 'steal':
      return ci.steal(nth(ci.jobs.keys(), what.which), what.ms)
    case 'spell':
      return trouble.add({ ...what.spell, until: clock.monotonic() + what.ms })
    case 'mail':
      return forAWhile(clock, what.ms, world.mail.trouble, what.trouble, calmMail)
    case 'deafness':
      return forAWhile(clock, what.ms, world.ailing, { deaf: true }, well)
    case 'full':
      return forAWhile(clock, what.ms, world.ailing, { full: true }, well)
    case 'cloud':
      return forAWhile<CloudChances>(clock, what.ms, cloud.trouble, what.trouble, calmCloud)
    case 'refuse':
      cloud.trouble.refused.set(what.offer, what.why)
      return void clock.timer(what.ms, () => cloud.trouble.refused.delete(what.offer))
    case 'orphan':
      return leaveOrphan(world, stage.setup, what.what, what.key)
    case 'template':
      return slipway.remake(what.template)
    case 'drain':
    case 'delete':
      return byHand(stage, what)
    case 'jump':
      world.jumps.push({ at: clock.monotonic(), ms: what.ms, missed: slipway.process() === undefined })
      return clock.jump(what.ms)
    case 'crash':
      return slipway.crash(what.steps, what.downMs)
    case 'kill':
      return killBox(world, what.which)
    case 'partition':
    case 'reboot':
    case 'die':
    case 'evict':
    case 'vanish':
    case 'halt':
      return toMachine(stage, what)
  }
}

function toMachine({ clock, world }: Stage, what: MachineFault): void {
  const name = nth([...world.hosts.keys(), ...world.cloud.vms.keys()], what.which)
  const engine = world.hostOf(name)?.engine
  switch (what.do) {
    case 'partition':
      return engine && forAWhile(clock, what.ms, engine, { cut: true }, { ...engine, cut: false })
    case 'reboot':
      engine?.crash('its machine was restarted', false)
      return engine && forAWhile(clock, 20_000, engine, { cut: true }, { ...engine, cut: false })
    case 'die':
      return world.cloud.kill(name)
    case 'evict':
      return world.cloud.evict(name)
    case 'vanish':
      return world.cloud.vanish(name)
    case 'halt':
      return world.cloud.halt(name)
  }
}

const person = 'ann'

function byHand({ world, clock, slipway }: Stage, what: Happening & { readonly do: 'drain' | 'delete' }): void {
  const operations = slipway.process()?.operations
  const name = nth([...world.hosts.keys(), ...world.cloud.vms.keys()], what.which)
  if (what.do === 'delete') return deleteByHand(world, operations, name, what.force)
  operations?.drain(name, 'repairs', person).catch(pass)
  // Whoever did the repairs does not go home before the machine is in use again.
  const undrain = (): void => {
    const process = slipway.process()
    const drained = process?.context.state.machines.get(name)?.cordon?.by === person
    if (process && !drained) return
    process?.operations.undrain(name, person).catch(pass)
    clock.timer(10_000, undrain)
  }
  clock.timer(what.ms, undrain)
}

/** By force is the one way in which a person ends jobs on purpose. */
function deleteByHand(world: World, operations: Operations | undefined, name: string, force: boolean): void {
  if (!operations) return
  const boxes = [...(world.hostOf(name)?.engine?.boxes.values() ?? [])]
  // One that was handed over may begin any moment.
  const doomed = force ? boxes.flatMap(({ job }) => job ?? []) : []
  for (const job of doomed) job.fate ??= 'deleted by force'
  operations.deleteMachine(name, { force }, person).catch(() => {
    for (const job of doomed) job.fate = undefined
  })
}

/** What Slipway refuses, or can't do now, does not happen. */
function pass(): void {}

function killBox(world: World, which: number): void {
  const running = world
    .engines()
    .flatMap((engine) => [...engine.boxes.values()].map(({ key, phase }) => ({ engine, key, phase })))
    .filter(({ phase }) => phase === 'running')
  const hit = running[which % Math.max(1, running.length)]
  hit?.engine.kill(hit.key, 'its container was killed')
}

function nth(names: Iterable<string>, which: number): string {
  const all = [...names]
  return all[which % Math.max(1, all.length)] ?? ''
}

/** Sets some of the fields, and after a while puts them back to where they are in quiet times. */
function forAWhile<T extends object>(
  clock: VirtualClock,
  ms: number,
  target: T,
  patch: Partial<T>,
  calm: NoInfer<T>,
): void {
  Object.assign(target, patch)
  const kept = Object.keys(patch) as (keyof T)[]
  clock.timer(ms, () => {
    for (const key of kept) target[key] = calm[key]
  })
}
