import { describe, expect, it } from 'vitest'
import { describeRuntime } from '../contracts/runtime.ts'
import { machineUnderTest } from './runtime/contract.ts'
import { hasPodman, startPodman } from './runtime/podman.ts'

/** Where everything must be tested, its absence is a failure. */
const mustBeThere = process.env['CI'] === 'true'

describe.skipIf(!hasPodman() && !mustBeThere)('Podman (NOT TESTED if skipped: install podman)', () => {
  it('is installed', () => {
    expect(hasPodman()).toBe(true)
  })

  describeRuntime('Podman', async () => {
    const podman = await startPodman()
    const machine = await machineUnderTest(podman.endpoint)
    return {
      ...machine,
      async close() {
        try {
          await machine.close()
        } finally {
          await podman.close()
        }
      },
    }
  })
})
