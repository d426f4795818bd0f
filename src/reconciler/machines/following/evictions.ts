import type { ContainerRuntime, EvictionNotice } from '../../../domain/ports/runtime.ts'
import { journal, type Context } from '../../context.ts'
import { change } from '../../state.ts'
import { madeMachine } from '../elastic.ts'

/** A pause of seconds, after which everything goes on. */
const harmless: ReadonlySet<string> = new Set(['Freeze'])

/** A machine on loan may be called back: it takes nothing new from the moment that we hear of it. */
export async function noteEviction(context: Context, key: string, runtime: ContainerRuntime): Promise<void> {
  if (!isWatched(context, key)) return
  const notice = (await runtime.notices()).find(({ what }) => !harmless.has(what))
  const machine = madeMachine(context, key)
  if (!notice || !machine || !isWatched(context, key)) return
  const now = context.clock.wall()
  const detail = detailOf(notice)
  const eviction = { noticedAt: now, notBefore: notice.notBefore, detail }
  await context.state.commit([
    change('machine', machine, {
      cordon: machine.cordon ?? { reason: detail, by: 'rule', at: now },
      made: { ...machine.made, eviction },
    }),
    journal(context, 'machine-evicted', `machine:${key}`, detail, 'noted'),
  ])
}

function isWatched(context: Context, key: string): boolean {
  const machine = madeMachine(context, key)
  return machine?.state === 'ready' && machine.made.spot && machine.made.eviction === undefined
}

function detailOf({ what, notBefore }: EvictionNotice): string {
  const when = notBefore === undefined ? '' : `, not before ${new Date(notBefore).toISOString()}`
  return `its provider takes it back (${what}${when})`
}
