import { systemClock } from '../../src/kit/system-clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { aCharge, aJob, charges, delivery, insert } from './store-samples.ts'

/**
 * A process that has a store open, for tests that kill it. Says `open`, then commits for ever with many writers at
 * once, and says the number of each commit once it is acknowledged. With `hold` it commits nothing.
 */
const [path = '', mode = ''] = process.argv.slice(2)
const store = await openSqliteStore({ path, clock: systemClock })
process.stdout.write('open\n')
let next = 0
if (mode === 'hold') process.stdin.resume()
else await Promise.all(Array.from({ length: 16 }, (_, index) => writer(`m${index}`)))

/** With each job a millisecond of the writer's own machine. */
async function writer(machine: string): Promise<never> {
  for (let at = 0; ; at++) {
    const id = String(next++)
    const charged = charges(at === 0 ? null : at, at + 1, aCharge({ machine, ms: 1, nanos: 1n }))
    await store.commit([delivery(id), insert('job', aJob({ externalId: id })), charged])
    process.stdout.write(`${id}\n`)
  }
}
