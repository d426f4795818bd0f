import { systemClock } from '../../src/kit/system-clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { aJob, delivery, insert } from './store-samples.ts'

/**
 * A process that has a store open, for tests that kill it. Says `open`, then commits for ever with many writers at
 * once, and says the number of each commit once it is acknowledged. With `hold` it commits nothing.
 */
const [path = '', mode = ''] = process.argv.slice(2)
const store = await openSqliteStore({ path, clock: systemClock })
process.stdout.write('open\n')
let next = 0
if (mode === 'hold') process.stdin.resume()
else await Promise.all(Array.from({ length: 16 }, writer))

async function writer(): Promise<never> {
  for (;;) {
    const id = String(next++)
    await store.commit([delivery(id), insert('job', aJob({ externalId: id }))])
    process.stdout.write(`${id}\n`)
  }
}
