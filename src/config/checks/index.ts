import type { Finding } from '../reading/problem.ts'
import type { Parts } from '../parts.ts'
import {
  openAdminListener,
  plainTcp,
  proxyPassword,
  shortDeliveries,
  shortWebhookSecret,
  unservedSources,
  unusedFleets,
  warmWithoutRegistrations,
} from './advice.ts'
import type { Check } from './check.ts'
import { duplicateBudgets, forgottenBudgets, missingBudgetTargets, overtakenTeams } from './costs.ts'
import { containedLabels } from './labels.ts'
import { authorityNeeded, duplicateSizes, pricesForLimit, warmWithinMachines } from './elastic.ts'
import { limitsWithinLimits, resourcesWithinBounds, someResources, warmWithinLimits } from './limits.ts'
import { duplicateEngines, duplicateHosts, duplicateNames, duplicateScopes } from './names.ts'
import { missingFleets, missingScopes, missingSources, repeatedReferences } from './references.ts'
import { poolFitsSomewhere, reserveWithinSize, sizesOfUse } from './sizes.ts'
import { isolationOfItsSystem } from './systems.ts'
import { oneZoneEachScope, sameOs, sameZone } from './trust.ts'

const errors: readonly Check[] = [
  duplicateNames,
  duplicateHosts,
  duplicateEngines,
  duplicateScopes,
  missingFleets,
  missingSources,
  missingScopes,
  repeatedReferences,
  sameOs,
  isolationOfItsSystem,
  sameZone,
  oneZoneEachScope,
  limitsWithinLimits,
  warmWithinLimits,
  resourcesWithinBounds,
  someResources,
  reserveWithinSize,
  poolFitsSomewhere,
  authorityNeeded,
  duplicateSizes,
  warmWithinMachines,
  pricesForLimit,
  missingBudgetTargets,
  duplicateBudgets,
]

const warnings: readonly Check[] = [
  containedLabels,
  unusedFleets,
  sizesOfUse,
  unservedSources,
  warmWithoutRegistrations,
  plainTcp,
  shortWebhookSecret,
  shortDeliveries,
  openAdminListener,
  proxyPassword,
  overtakenTeams,
  forgottenBudgets,
]

/** All rules over all items that are right in themselves. */
export function checkParts(parts: Parts): { errors: Finding[]; warnings: Finding[] } {
  return {
    errors: errors.flatMap((check) => check(parts)),
    warnings: warnings.flatMap((check) => check(parts)),
  }
}
