import type { Actor } from '../actor.ts'
import { journal, type Context } from '../context.ts'
import { change } from '../state.ts'

/** Runs the probe on each ready machine whose proof is not there yet; `all` on every one, as rules may have gone. */
export function probeIsolation(context: Context, actor: Actor, all: boolean): void {
  for (const machine of context.state.machines.values()) {
    if (machine.state !== 'ready' || (!all && machine.isolation === 'verified')) continue
    const image = imageOn(context, machine.key, machine.fleet)
    const needed = machine.isolation === 'unknown' || isStrict(context, machine.fleet)
    if (image && needed)
      actor.run(`probe:${machine.key}`, `look:${machine.key}`, () => probe(context, machine.key, image))
  }
}

function imageOn(context: Context, machine: string, fleet: string): string | undefined {
  const pools = context.wanted().pools.filter((pool) => pool.fleets.includes(fleet))
  return pools.find((pool) => context.known.images.has(`${machine}/${pool.image}`))?.image
}

/** Whether a pool that wants proof uses the fleet; else one look is enough, to show it. */
function isStrict(context: Context, fleet: string): boolean {
  return context.wanted().pools.some((pool) => pool.fleets.includes(fleet) && !pool.isolation.acceptUnverified)
}

async function probe(context: Context, key: string, image: string): Promise<void> {
  const runtime = context.runtimes.of(key)
  if (!runtime) return
  const { proof, detail } = await runtime.probe(image)
  const machine = context.state.machines.get(key)
  if (!machine || (machine.isolation === proof && machine.isolationDetail === detail)) return
  await context.state.commit([
    change('machine', machine, { isolation: proof, isolationDetail: detail }),
    journal(context, 'isolation-probed', `machine:${key}`, `${proof}: ${detail}`, 'noted'),
  ])
}
