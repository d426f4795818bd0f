import type { Endpoint } from '../../../src/domain/ports/provider.ts'
import type { RuntimeUnderTest } from '../../contracts/runtime.ts'
import { IMAGE_SAYS, startMachine } from './machine.ts'

const shell = (script: string) => ['/bin/sh', '-c', script]

/** A real engine as the contract wants it. */
export async function machineUnderTest(endpoint?: Endpoint): Promise<RuntimeUnderTest> {
  const machine = await startMachine(endpoint)
  return {
    open: (owner) => machine.open({ owner }),
    owner: machine.owner,
    image: await machine.busybox(),
    imageSays: IMAGE_SAYS,
    commands: {
      exit: (code) => shell(`exit ${code}`),
      print: (variable) => shell(`printf %s "$${variable}"`),
      measure: (variable) => shell(`echo "\${#${variable}}"`),
      printBytes: (count) => shell(`yes | head -c ${count}; echo`),
      sleep: () => shell('sleep 600'),
    },
    close: () => machine.close(),
  }
}
