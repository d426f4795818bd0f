import type { OSProfile } from '@azure/arm-compute'
import { Refused } from '../../../domain/errors.ts'
import type { MachineScripts } from '../context.ts'
import type { AzureFleetConfig } from '../schema.ts'
import { nobodysPassword, nobodysPublicKey } from './logins.ts'

/** Azure's limit for custom data, before it is encoded. */
const MOST_BYTES = 65_535

type Settings = Pick<AzureFleetConfig, 'os' | 'adminUsername' | 'sshPublicKey' | 'customScript'>

/** Host name, login and custom data. Throws Refused if the set-up is too large for Azure. */
export async function osProfileOf(fleet: Settings, machine: string, scripts: MachineScripts): Promise<OSProfile> {
  const { adminUsername } = fleet
  const profile: OSProfile = { computerName: machine, adminUsername, ...customData(fleet, scripts) }
  if (fleet.os === 'windows') {
    return {
      ...profile,
      adminPassword: nobodysPassword(),
      // A machine lives for hours: an update's restart would cost its jobs.
      windowsConfiguration: {
        provisionVMAgent: true,
        enableAutomaticUpdates: false,
        patchSettings: { patchMode: 'Manual' },
      },
    }
  }
  const keyData = fleet.sshPublicKey ?? (await nobodysPublicKey())
  return {
    ...profile,
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      provisionVMAgent: true,
      ssh: { publicKeys: [{ path: `/home/${adminUsername}/.ssh/authorized_keys`, keyData }] },
    },
  }
}

/** On Windows nothing runs it: the extension does, which finds it as a file. */
function customData(fleet: Settings, scripts: MachineScripts): { customData?: string } {
  if (fleet.customScript) return {}
  const text = Buffer.from(fleet.os === 'windows' ? scripts.powershell : scripts.cloudInit)
  if (text.length > MOST_BYTES) {
    throw new Refused(
      `the machine's set-up has ${text.length} bytes, and Azure takes ${MOST_BYTES}: shorten bootstrap.before and after`,
    )
  }
  return { customData: text.toString('base64') }
}
