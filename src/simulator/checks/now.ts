import type { Context } from '../../reconciler/context.ts'
import { snapshot } from '../../reconciler/decide.ts'
import { plan } from '../../planner/plan.ts'
import type { Scene } from './scene.ts'

/** What must hold at any moment, and is too dear to be looked at after every step. */
export function checkNow(scene: Scene): void {
  const process = scene.slipway.process()
  if (process) checkWaits(scene, process.context)
  checkCpu(scene)
}

/** Every job that waits has a reason or an action, as many as there are such jobs. */
function checkWaits({ recorder }: Scene, context: Context): void {
  const { actions, waits } = plan(snapshot(context), context.clock.wall())
  const waiting = [...context.state.jobs.values()].filter(({ state }) => state === 'queued' || state === 'waiting')
  const told = waits.reduce((sum, { count }) => sum + count, 0)
  const started = actions.filter(({ kind }) => kind === 'start-agent').length
  if (told + started < waiting.length)
    recorder.violate('reasons', `${waiting.length} jobs wait, ${told} have a reason, ${started} get an agent`)
  for (const group of waits) if (group.reason === '') recorder.violate('reasons', `${group.code} is told without words`)
}

/** CPU may be promised beyond what a machine has, as far as its fleet allows. */
function checkCpu({ world, recorder, history }: Scene): void {
  for (const engine of world.engines()) {
    const used = [...engine.boxes.values()].reduce((sum, { resources }) => sum + resources.milliCpu, 0)
    const fleet = world.cloud.vms.get(engine.machine)?.fleet ?? history.setup.hosts.get(engine.machine)?.fleet
    const burst = history.setup.fleets.find(({ name }) => name === fleet)?.burst.cpu ?? 1
    if (used > engine.room.milliCpu * burst)
      recorder.violate('room', `the containers on ${engine.machine} take ${used} of ${engine.room.milliCpu} milli-CPU`)
  }
}
