import { describe, expect, test } from 'vitest'
import { aPool, createFakeRuntime, createFaults } from '../../../test/fakes/ports.ts'
import { openBench, type Bench } from '../../../test/fakes/service.ts'
import { Transient, Unauthorized } from '../../domain/errors.ts'
import type { ContainerRuntime } from '../../domain/ports/runtime.ts'
import { examine } from './doctor.ts'
import { createRuntimes } from '../machines/runtimes.ts'

async function examined(bench: Bench, patch: Partial<ContainerRuntime> = {}): Promise<string[]> {
  const runtimes = createRuntimes(
    (machine) => ({
      ...createFakeRuntime(bench.world, machine, { ...createFaults(), missing: bench.faults.missing }),
      examine: async () => [{ about: '', level: 'ok', finding: 'engine 26.1' }],
      ...patch,
    }),
    () => {},
  )
  const findings = await examine(bench.context.wanted(), runtimes, bench.clock)
  return findings.map(({ about, level, finding }) => `${level} ${about}: ${finding}`)
}

describe('the doctor', () => {
  test('asks every source, scope, fleet and machine', async () => {
    const found = await examined(await openBench({ machines: ['m1'] }))
    expect(found).toEqual([
      'ok source ci: takes jobs over the API',
      'ok pool linux: scope acme admits nobody beyond its allow list',
      'ok machine m1: engine 26.1',
      'ok machine m1: image agent is there',
    ])
  })

  test('names a scope that admits more than its pool allows', async () => {
    const found = await examined(await openBench({ pools: [aPool({ repositories: ['acme/a'] })] }))
    expect(found.join()).toContain('error pool linux: scope acme admits acme/b')
  })

  test('tells what can not be asked, and goes on with the rest', async () => {
    const bench = await openBench({ machines: ['m1'] })
    bench.faults.next.set('width', [new Unauthorized('Bad credentials')])
    bench.faults.missing.add('agent')
    const found = await examined(bench)
    expect(found).toContain('error scope github/acme: Bad credentials')
    expect(found).toContain('warning machine m1: image agent is not there yet')
  })

  test('names machines that do not answer', async () => {
    const bench = await openBench()
    bench.faults.silent.add('m2')
    const found = await examined(bench)
    expect(found).toContain("error machine m2: its engine can't be reached: no answer")
    expect(found).toContain('ok machine m1: engine 26.1')
  })

  test('tells of one image that can not be looked up without losing what else it found', async () => {
    const found = await examined(await openBench({ machines: ['m1'] }), {
      hasImage: () => Promise.reject(new Transient('engine error')),
    })
    expect(found).toContain('error machine m1: engine error')
    expect(found).toContain('ok machine m1: engine 26.1')
  })

  test('tells of a fleet that can not be listed', async () => {
    const bench = await openBench()
    bench.faults.next.set('machines', [new Transient('no route')])
    expect(await examined(bench)).toContain('error fleet local: no route')
  })
})
