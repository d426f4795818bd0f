import type { VirtualMachineExtension } from '@azure/arm-compute'
import type { MachineScripts } from '../context.ts'
import type { AzureFleetConfig } from '../schema.ts'

export const EXTENSION = 'slipway'

const DATA = 'C:\\AzureData\\CustomData.bin'
const SCRIPT = 'C:\\AzureData\\slipway.ps1'

/** Whether something must be told to the machine after it was made: cloud-init needs nothing of the kind. */
export function needsExtension({ os, customScript }: Pick<AzureFleetConfig, 'os' | 'customScript'>): boolean {
  return os === 'windows' || customScript
}

/** The extension that runs the set-up. What it is given is encrypted on the way, and Azure never shows it again. */
export function extensionBody(
  fleet: Pick<AzureFleetConfig, 'os' | 'location' | 'tags'>,
  scripts: MachineScripts,
): VirtualMachineExtension {
  const common = { location: fleet.location, tags: fleet.tags, autoUpgradeMinorVersion: true }
  if (fleet.os === 'linux') {
    return {
      ...common,
      publisher: 'Microsoft.Azure.Extensions',
      typePropertiesType: 'CustomScript',
      typeHandlerVersion: '2.1',
      protectedSettings: { script: Buffer.from(scripts.script).toString('base64') },
    }
  }
  // The script came with the machine as custom data: a command line has not the room for it.
  const command = `Copy-Item -Force ${DATA} ${SCRIPT}; & ${SCRIPT}`
  return {
    ...common,
    publisher: 'Microsoft.Compute',
    typePropertiesType: 'CustomScriptExtension',
    typeHandlerVersion: '1.10',
    protectedSettings: {
      commandToExecute: `powershell.exe -NoProfile -ExecutionPolicy Bypass -Command "${command}"`,
    },
  }
}
