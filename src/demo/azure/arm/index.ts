import type { FastifyInstance } from 'fastify'
import type { AzureStandInOptions } from '../options.ts'
import { priceList } from '../cloud/price-list.ts'
import { mountOperation, type MountDependencies } from './mount.ts'
import type { Operation } from './operation.ts'
import { catalogueOperations, type CatalogueDependencies } from './operations/catalogue.ts'
import { partOperations } from './operations/parts.ts'
import { placeOperations } from './operations/places.ts'
import { powerOperations, type PowerDependencies } from './operations/power.ts'
import { priceOperations } from './operations/prices.ts'
import { tokenOperations } from './operations/tokens.ts'
import { vmOperations } from './operations/virtual-machines.ts'

export interface ArmDependencies extends MountDependencies, CatalogueDependencies, PowerDependencies {
  readonly options: AzureStandInOptions
}

/** Every operation of Azure that the stand-in has. */
export function mountArm(server: FastifyInstance, dependencies: ArmDependencies): void {
  for (const operation of operationsOf(dependencies)) mountOperation(server, operation, dependencies)
}

function operationsOf(dependencies: ArmDependencies): Operation[] {
  const { places, names, estate, pageSize, sizes, credentials, progress, options, url } = dependencies
  const prices = priceList(sizes, places.location, options.prices)
  return [
    ...tokenOperations(credentials, url),
    ...vmOperations(dependencies),
    ...powerOperations(dependencies),
    ...progress.operations,
    ...partOperations(estate, pageSize),
    ...placeOperations(places, names),
    ...catalogueOperations(dependencies),
    ...priceOperations(prices, pageSize),
  ]
}
