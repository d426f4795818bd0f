import type { Endpoint } from '../../../src/domain/provider.ts'
import type { RuntimeUnderTest } from '../../contracts/runtime.ts'
import { BUSYBOX_IMAGE, IMAGE_SAYS, importBusybox, startMachine } from './machine.ts'

const shell = (script: string) => ['/bin/sh', '-c', script]

/** A real engine as the contract wants it. */
export async function machineUnderTest(endpoint?: Endpoint): Promise<RuntimeUnderTest> {
  const machine = await startMachine(endpoint)
  await importBusybox(machine.docker)
  return {
    open: (owner) => machine.open({ owner }),
    owner: machine.owner,
    image: BUSYBOX_IMAGE,
    imageSays: IMAGE_SAYS,
    commands: {
      exit: (code) => shell(`exit ${code}`),
      print: (variable) => shell(`printf %s "$${variable}"`),
      printBytes: (count) => shell(`yes | head -c ${count}; echo`),
      sleep: () => shell('sleep 600'),
    },
    close: async () => {
      await machine.close()
      await machine.docker.getImage(BUSYBOX_IMAGE).remove({ force: true })
    },
  }
}
