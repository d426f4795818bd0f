import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Holder } from '../../domain/ports/ledger.ts'
import { chargeSpan } from './charge-span.ts'

const minute = 60_000
const gi = 2 ** 30

function container(key: string, milliCpu: number, uses: Holder['uses']): Holder {
  return { key, pool: 'linux', resources: { milliCpu, memory: gi, disk: 0 }, uses }
}

/** The machine that docs/cost.md tells of. */
const span = {
  machine: 'm1',
  fleet: 'cloud',
  from: 0,
  until: 60 * minute,
  prices: [{ from: 0, nanosPerHour: '800000000', currency: 'USD', what: 'running' as const }],
  allocatable: { milliCpu: 16_000, memory: 64 * gi, disk: 100 * gi },
  phases: [
    { from: 0, kind: 'boot' as const },
    { from: 3 * minute, kind: 'idle' as const },
    { from: 58 * minute, kind: 'delete' as const },
  ],
  heldEmpty: false,
  holders: [
    container('a', 8000, [
      { from: 3 * minute, until: 4 * minute, kind: 'start' },
      { from: 4 * minute, until: 44 * minute, kind: 'job', job: 'job A' },
      { from: 44 * minute, until: 45 * minute, kind: 'start' },
    ]),
    container('b', 4000, [{ from: 10 * minute, until: 40 * minute, kind: 'job', job: 'job B' }]),
  ],
}

test('the example of the documentation is what is charged', async () => {
  const text = await readFile(new URL('../../../docs/cost.md', import.meta.url), 'utf8')
  const [, table = ''] = text.split('| charged to |')
  const rows = table
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  const told = rows
    .slice(
      0,
      rows.findIndex((cells) => cells.length < 3),
    )
    .map((cells) => cells.slice(1, 4))
  const charges = chargeSpan(span)
  const row = (name: string, ms: number, nanos: bigint) => [name, `${ms / minute} min`, short(nanos)]
  const charged = charges.map(({ job, kind, ms, nanos }) => row(job ?? kind, ms, nanos))
  expect(new Set(told.slice(0, -1))).toStrictEqual(new Set(charged))
  const ms = charges.reduce((sum, charge) => sum + charge.ms, 0)
  const nanos = charges.reduce((sum, charge) => sum + charge.nanos, 0n)
  expect(told.at(-1)).toStrictEqual(row('together', ms, nanos))
})

/** To a millionth, as the table has it. */
function short(nanos: bigint): string {
  return `${Number((Number(nanos) / 1e9).toFixed(6))} USD`
}
