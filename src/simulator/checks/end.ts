import { checkLedger } from './ledger.ts'
import { checkMoney } from './money.ts'
import { leftovers } from './settled.ts'
import type { Scene } from './scene.ts'

/** What must hold once the faults have stopped and time has passed. */
export async function checkEnd(scene: Scene): Promise<void> {
  const { recorder, world } = scene
  for (const left of leftovers(scene)) recorder.violate('rest', left)
  for (const job of world.ci.jobs.values()) {
    if (job.state !== 'done' || job.ended === job.outcome || job.fate !== undefined) continue
    recorder.violate('truth', `job ${job.id} ended as ${job.ended ?? 'nothing'}, and nobody knows why`)
  }
  await checkJobs(scene)
  await checkMoney(scene)
  await checkLedger(scene)
}

/** What Slipway holds of each job is what its source says. */
async function checkJobs({ world, store, recorder }: Scene): Promise<void> {
  for (const job of world.ci.jobs.values()) {
    const held = await store.get('job', `github/${job.id}/1`)
    const same = held?.state === job.state && (job.state !== 'done' || held.conclusion === job.ended)
    // One whose whole life passed while nobody was told: its source does not list it, so it is nobody's demand.
    const unheard = held === undefined && job.state === 'done' && (job.begun === 0 || job.fate !== undefined)
    if (!same && !unheard)
      recorder.violate(
        'truth',
        `job ${job.id} is ${job.state} (${job.ended ?? 'open'}), the record says ${held?.state} (${held?.conclusion})`,
      )
  }
}
