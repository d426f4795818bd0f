import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'
import { noting } from '../noting.ts'

/** Called with what each recovery found, for the metrics. */
export type OnRecovery = (source: string, found: { compared: number; missed: number; redelivered: number }) => void

/** Has every source look for pushed messages that never arrived (rule 5). */
export function recoverMissed(context: Context, actor: Actor, onRecovery: OnRecovery): void {
  for (const source of context.wanted().sources.values()) {
    if (!source.recover) continue
    const recover = source.recover.bind(source)
    const target = `recover:${source.name}`
    const compare = noting(context, target, async () => {
      const setting = `recovery-cursor:${source.name}`
      const cursor = await context.store.setting(setting)
      const found = await recover(cursor, (deliveries) => context.store.known(source.name, deliveries))
      onRecovery(source.name, found)
      if (found.missed > 0) context.logger.info({ source: source.name, ...found }, 'missed webhooks found')
      if (found.cursor !== cursor) await context.state.commit([{ kind: 'setting', key: setting, value: found.cursor }])
    })
    if (context.backoffs.wait(target) === 0) actor.run(target, `source:${source.name}`, compare)
  }
}
