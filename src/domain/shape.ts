import type { Pool } from './pool.ts'

/** Containers of one shape are interchangeable until they are activated, whichever pool they were prepared for. */
export function poolShape(pool: Pool): string {
  return JSON.stringify([pool.image, pool.command, pool.resources, pool.isolation, pool.containers, pool.trust.zone])
}
