import { z } from 'zod'
import type { AzureFleet } from '../context.ts'
import type { Remark } from './remark.ts'
import { requiredActions, type RequiredActions } from './required-actions.ts'

const grantsSchema = z.array(
  z.object({ actions: z.array(z.string()).default([]), notActions: z.array(z.string()).default([]) }),
)
export type Grants = z.output<typeof grantsSchema>

/** Compares what Slipway's identity may do with what the fleet needs, scope by scope, changing nothing. */
export async function examinePermissions(fleet: AzureFleet): Promise<Remark[]> {
  const remarks = await Promise.all(requiredActions(fleet.config).map((needed) => examineScope(fleet, needed)))
  const problems = remarks.flat()
  return problems.length > 0 ? problems : [{ level: 'ok', finding: 'the identity has every permission that is needed' }]
}

async function examineScope({ arm, calls }: AzureFleet, { scope, actions }: RequiredActions): Promise<Remark[]> {
  const path = `${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`
  const found = await calls.read(`reading permissions on ${scope}`, (signal) => arm.pages(path, signal))
  const grants = grantsSchema.parse(found)
  const missing = actions.filter((action) => !isGranted(grants, action))
  if (missing.length === 0) return []
  return [
    {
      level: 'error',
      finding: `the identity lacks ${missing.join(', ')} on ${scope}`,
      mend: 'assign it the role in config/azure at that scope, for example with `az role assignment create`',
    },
  ]
}

/** One role must grant it and not take it back; what another role takes back doesn't count. */
export function isGranted(grants: Grants, action: string): boolean {
  return grants.some(
    ({ actions, notActions }) =>
      actions.some((granted) => covers(granted, action)) && !notActions.some((taken) => covers(taken, action)),
  )
}

function covers(pattern: string, action: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action)
}
