import { Refused } from '../../domain/errors.ts'
import { cloudInitOf } from './cloud-init.ts'
import { MOST_BYTES, type BootstrapInput } from './input.ts'
import { linuxScript } from './linux/script.ts'
import { windowsScript } from './windows/script.ts'

export interface MachineBootstrap {
  /** `#cloud-config` that writes the script and runs it. Empty for Windows. */
  readonly cloudInit: string
  /**
   * The very same steps as a POSIX shell script, for images without cloud-init and for containers. `sh SCRIPT stay` does
   * not return: it is a container's first process and keeps the engine running. Empty for Windows.
   */
  readonly script: string
  /** The same for Windows containers, in PowerShell. Empty for Linux. */
  readonly powershell: string
}

/**
 * What makes a bare machine one of ours: an engine that lets in nobody but Slipway, agents kept from what they must not
 * reach, and last of all the mark, by which the runtime knows that all of it worked. May run again. Throws Refused when
 * it is larger than clouds take (64 KiB), which only the owner's own scripts or authorities can make it.
 */
export function machineBootstrap(input: BootstrapInput): MachineBootstrap {
  const script = input.os === 'linux' ? linuxScript(input) : ''
  const cloudInit = script && cloudInitOf(script)
  const powershell = input.os === 'windows' ? windowsScript(input) : ''
  for (const text of [cloudInit, script, powershell]) refuseLarge(input.name, text)
  return { cloudInit, script, powershell }
}

function refuseLarge(name: string, text: string): void {
  const size = Buffer.byteLength(text)
  if (size <= MOST_BYTES) return
  throw new Refused(
    `the bootstrap of ${name} has ${size} bytes, and ${MOST_BYTES} are the most: shorten bootstrap.before, ` +
      'bootstrap.after or caFile (a script may fetch another one)',
  )
}
