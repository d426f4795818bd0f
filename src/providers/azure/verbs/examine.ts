import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import type { AzureFleet } from '../context.ts'
import { examineImage } from '../doctor/image.ts'
import { examinePermissions } from '../doctor/permissions.ts'
import { examineQuota } from '../doctor/quota.ts'
import { examineSubnet } from '../doctor/subnet.ts'
import type { Remark } from '../doctor/remark.ts'
import { groupPath } from '../inventory.ts'

/** Permissions, resource group, subnet, image, sizes with their quotas and prices. Never rejects. */
export async function examine(fleet: AzureFleet): Promise<DoctorFinding[]> {
  const about = `fleet ${fleet.config.name}`
  const reached = await examineGroup(fleet).catch(unread('the resource group'))
  if (reached.some(({ level }) => level === 'error')) return reached.map((remark) => ({ about, ...remark }))
  const rest = await Promise.all([
    examinePermissions(fleet).catch(unread('permissions')),
    examineSubnet(fleet).catch(unread('the subnet')),
    examineImage(fleet).catch(unread('the image')),
    examineQuota(fleet).catch(unread('sizes and quotas')),
  ])
  return [...reached, ...rest.flat()].map((remark) => ({ about, ...remark }))
}

/** The first call of all: if it fails, no other would tell more. */
async function examineGroup({ config, arm, calls }: AzureFleet): Promise<Remark[]> {
  const path = `${groupPath(config)}?api-version=2021-04-01`
  await calls.read(`looking at resource group ${config.resourceGroup}`, (signal) => arm.rest('GET', path, signal))
  return [{ level: 'ok', finding: `Azure answers, resource group ${config.resourceGroup} is there` }]
}

/** Failures carry in their message what to mend; what could not be looked at counts as broken. */
function unread(what: string) {
  return (error: unknown): Remark[] => {
    const finding = error instanceof Error ? error.message : String(error)
    return [{ level: 'error', finding, mend: `see that Slipway can read ${what}, then run doctor again` }]
  }
}
