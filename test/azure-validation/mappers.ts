import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** How the SDK's generator writes a type of Azure's own description down. */
export interface MapperType {
  readonly name: string
  readonly className?: string
  readonly modelProperties?: Readonly<Record<string, Mapper>>
  readonly additionalProperties?: Mapper
  readonly allowedValues?: readonly (string | number)[]
  readonly element?: Mapper
  readonly value?: Mapper
}

export interface Mapper {
  /** Where it stands on the wire: `properties.storageProfile`. */
  readonly serializedName?: string
  readonly required?: boolean
  readonly readOnly?: boolean
  readonly nullable?: boolean
  readonly constraints?: Readonly<Record<string, unknown>>
  readonly type: MapperType
}

export type Mappers = Readonly<Record<string, Mapper>>

/**
 * Azure's description of Compute as data. The newest SDK turned it into code, so it is taken from the last one that had
 * it as data, whose API is a year older.
 */
export async function readMappers(): Promise<Mappers> {
  const root = dirname(createRequire(import.meta.url).resolve('azure-compute-models/package.json'))
  const module: unknown = await import(pathToFileURL(join(root, 'dist/esm/models/mappers.js')).href)
  return module as Mappers
}
