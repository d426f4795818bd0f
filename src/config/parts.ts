import type { z } from 'zod'
import type { Path } from './reading/problem.ts'
import type { BudgetSettings } from './schema/costs.ts'
import { listSchemas, type FleetConfig, type SourceConfig } from './schema/root.ts'
import type { PoolSettings } from './schema/pool.ts'
import type { RegistryConfig } from '../runtimes/docker/schema.ts'

/** One item of a list. Its name is known even when the rest of it is wrong, so that nobody is blamed for naming it. */
export interface Item<T> {
  readonly path: Path
  readonly name: string | undefined
  /** Absent when the schema refused it. */
  readonly value: T | undefined
}

/** The lists of the file, parsed item by item: what the rules that span items look at. */
export interface Parts {
  readonly sources: readonly Item<SourceConfig>[]
  readonly registries: readonly Item<RegistryConfig>[]
  readonly fleets: readonly Item<FleetConfig>[]
  readonly pools: readonly Item<PoolSettings>[]
  readonly budgets: readonly Item<BudgetSettings>[]
  readonly root: Readonly<Record<string, unknown>>
}

export function partsOf(tree: unknown): Parts {
  const root = isRecord(tree) ? tree : {}
  return {
    sources: items(root, 'sources', listSchemas.sources),
    registries: items(root, 'registries', listSchemas.registries),
    fleets: items(root, 'fleets', listSchemas.fleets),
    pools: items(root, 'pools', listSchemas.pools),
    budgets: items(root, 'budgets', listSchemas.budgets),
    root,
  }
}

/** The items that are right in themselves. */
export function sound<T>(list: readonly Item<T>[]): { path: Path; value: T }[] {
  return list.flatMap(({ path, value }) => (value === undefined ? [] : [{ path, value }]))
}

export function namesOf(list: readonly Item<unknown>[]): string[] {
  return list.flatMap((item) => item.name ?? [])
}

function items<S extends z.ZodType>(root: Record<string, unknown>, key: string, schema: S): Item<z.output<S>>[] {
  const list = root[key]
  if (!Array.isArray(list)) return []
  return list.map((item: unknown, index) => {
    const name = isRecord(item) && typeof item['name'] === 'string' ? item['name'] : undefined
    const parsed = schema.safeParse(item)
    return { path: [key, index], name, value: parsed.success ? parsed.data : undefined }
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
